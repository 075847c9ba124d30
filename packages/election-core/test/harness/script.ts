import { Cluster } from './cluster.ts'
import { describeRole } from './describe.ts'
import type { SimNode } from './node.ts'

/** Commands of a trace file, each a word and its arguments. The story is in the file's comments. */
type Command = (script: Script, words: readonly string[]) => string | void

const millis = 1_000

class Script {
  cluster: Cluster = new Cluster({ size: 3, seed: 1, trace: true })
  value = 0

  nodes(words: readonly string[]): readonly SimNode[] {
    return words.map((word) => this.cluster.node(Number(word)))
  }

  pair(words: readonly string[]): readonly [SimNode, SimNode] {
    const [a, b] = this.nodes(words.slice(0, 2))
    if (!a || !b) throw new Error(`two servers are needed, not ${words.join(' ')}`)
    return [a, b]
  }
}

function summary(script: Script): string {
  const { cluster } = script
  const leader = cluster.leader()
  if (!leader) return 'no leader'
  const { view } = leader.core
  return `ok: ${leader.id} ${describeRole(view)}, commit ${leader.core.epochAt(view.commitIndex)}.${view.commitIndex}`
}

function number(text: string | undefined): number {
  const value = Number(text)
  if (!Number.isFinite(value)) throw new Error(`a number is needed, not ${text}`)
  return value
}

/** `hold 1 2 append after=3 count=2`: what type, how many of them pass before, and how many are kept then. */
function keepOptions(words: readonly string[]): { readonly type: string; readonly after?: number; readonly count?: number } {
  const given = words.slice(3).map((word) => word.split('='))
  return { type: words[2] ?? '*', ...Object.fromEntries(given.map(([name, value]) => [name, number(value)])) }
}

const commands: Readonly<Record<string, Command>> = {
  'add-nodes': (script, [count, ...options]) => {
    const latency = options.find((option) => option.startsWith('latency-us='))
    script.cluster = new Cluster({
      size: number(count),
      seed: 1,
      trace: true,
      measures: options.includes('measures'),
      ...(latency ? { latencyMicros: number(latency.split('=')[1]) } : {}),
    })
  },
  start: (script, words) => {
    if (words.length === 0) script.cluster.startAll()
    for (const node of script.nodes(words)) node.start()
  },
  crash: (script, words) => {
    for (const node of script.nodes(words)) node.crash()
  },
  wipe: (script, words) => {
    for (const node of script.nodes(words)) node.wipe()
  },
  pause: (script, words) => {
    for (const node of script.nodes(words)) node.pause()
  },
  /** `resume 3 suspended`: its clock stood still, too, so that it cannot notice. */
  resume: (script, words) => {
    const suspended = words.at(-1) === 'suspended'
    for (const node of script.nodes(suspended ? words.slice(0, -1) : words)) node.resume(suspended)
  },
  resign: (script, words) => {
    for (const node of script.nodes(words)) node.receive({ type: 'resign' })
  },
  cut: (script, words) => {
    const [a, b] = script.pair(words)
    script.cluster.cut(a.id, b.id)
    if (words[2] !== 'one-way') script.cluster.cut(b.id, a.id)
  },
  close: (script, words) => {
    const [a, b] = script.pair(words)
    script.cluster.closeLink(a.id, b.id)
  },
  open: (script, words) => {
    const [a, b] = script.pair(words)
    script.cluster.connect(a, b)
  },
  heal: (script) => {
    script.cluster.healAll()
  },
  hold: (script, words) => {
    const [a, b] = script.pair(words)
    script.cluster.hold(a.id, b.id, keepOptions(words))
  },
  /** They arrive, and a copy of each is kept: the network doubles them, and may deliver the second much later. */
  double: (script, words) => {
    const [a, b] = script.pair(words)
    script.cluster.hold(a.id, b.id, { ...keepOptions(words), doubles: true })
  },
  release: (script, words) => {
    const [from, to] = words.slice(0, 2).map(Number)
    const [type, count = '1'] = words.slice(2)
    if (type === undefined) script.cluster.release(from, to)
    else script.cluster.release(from, to, { type, count: number(count) })
  },
  /** Messages reach a later life of their receiver, as the network may delay for ever. */
  faults: (script, words) => {
    const { faults } = script.cluster
    faults.crossesLives = words.includes('crosses-lives')
    faults.keepsPrefix = words.includes('keeps-prefix')
    faults.discards = words.includes('discards')
  },
  'copy-disk': (script, words) => {
    for (const node of script.nodes(words)) node.copyDisk()
  },
  'restore-disk': (script, words) => {
    for (const node of script.nodes(words)) node.restoreDisk()
  },
  'slow-disk': (script, [id, ms]) => {
    script.cluster.node(number(id)).slowDisk = number(ms) * millis
  },
  propose: (script, [who, count]) => {
    const node = script.cluster.node(number(who))
    for (let at = 0; at < number(count ?? '1'); at += 1) node.propose((script.value += 1))
  },
  read: (script, [who, id]) => {
    script.cluster.node(number(who)).read(number(id))
  },
  snapshot: (script, [who, keep]) => {
    script.cluster.node(number(who)).takeSnapshot(number(keep ?? '0'))
  },
  run: (script, [ms]) => {
    script.cluster.run(number(ms) * millis)
  },
  stabilize: (script) => {
    if (!script.cluster.run(30_000 * millis, () => script.cluster.converged())) return 'does not converge'
    return summary(script)
  },
  'until-leader': (script, [id]) => {
    const leads = (): boolean => script.cluster.established()?.id === number(id)
    return script.cluster.run(30_000 * millis, leads) ? summary(script) : `${id} does not lead`
  },
  logs: (script) =>
    script.cluster.nodes
      .map((node) => {
        const { view } = node.core
        const role = node.isUp ? describeRole(view) : 'down'
        return `${node.id}: ${role}, promised ${view.promised.epoch}, last ${view.lastZxid.epoch}.${view.lastZxid.index}, applied ${node.applied}`
      })
      .join('\n'),
  epochs: (script) => `elections so far: ${script.cluster.oracle.elections}`,
}

/** Runs the commands of one block; `log=off` at the end of a line keeps its trace out of the output. */
function runBlock(script: Script, lines: readonly string[]): string {
  const output: string[] = []
  for (const line of lines) {
    const words = line.split(/\s+/).filter((word) => word !== '' && word !== 'log=off')
    const [name, ...rest] = words
    const command = name === undefined ? undefined : commands[name]
    if (!command) throw new Error(`no such command: ${line}`)
    script.cluster.log.length = 0
    const said = command(script, rest)
    if (!line.endsWith('log=off')) output.push(...script.cluster.log)
    if (said !== undefined) output.push(said)
  }
  return output.join('\n')
}

/** Runs a trace file and returns it with what really happened in the place of the expectations. */
export function runScript(text: string): string {
  const script = new Script()
  const blocks = text.trimEnd().split(/\n\n(?=#|[a-z])/)
  const actual = blocks.map((block) => {
    const [head = ''] = block.split('\n----')
    const lines = head.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    if (lines.length === 0) return head
    const output = runBlock(script, lines)
    return output === '' ? `${head}\n----` : `${head}\n----\n${output}`
  })
  return `${actual.join('\n\n')}\n`
}
