import { SynodError } from '@synod/interface'
import type { CoordinationClient } from '@synod/interface/coordination'
import { utf8Encode } from '@synod/wire'
import { textOf } from './direct-client.ts'
import type { Contents } from './replicas.ts'
import { until } from './until.ts'

interface Acknowledged {
  readonly value: number
  readonly version: number
}

/** What one writer has done to its own key, and the nodes it has created. */
interface Story {
  readonly key: string
  /** Value of the last set that was sent; 0 is what the node was created with. */
  tried: number
  acknowledged: Acknowledged
  /** Value by path of every create that was acknowledged. */
  readonly created: Map<string, string>
}

/**
 * Writes under load and remembers what was acknowledged: each writer sets a key of its own to 1, 2, 3 …, and creates a sequential
 * node with that value. The contents of every replica can be checked against that afterwards.
 */
export class Recorder {
  readonly #stories: Story[] = []
  readonly #faults: string[] = []
  readonly #stop = new AbortController()
  readonly #running: Promise<void>[] = []
  #acknowledged = 0

  /** Starts a writer for each client. The nodes it needs are there when this resolves; `below` keeps several recorders apart. */
  static async start(clients: readonly CoordinationClient[], { below = '/recorded' }: { readonly below?: string } = {}): Promise<Recorder> {
    const recorder = new Recorder()
    await clients[0]?.create(below, new Uint8Array(0))
    await Promise.all(
      clients.map(async (client, index) => {
        const story: Story = { key: `${below}/writer-${index}`, tried: 0, acknowledged: { value: 0, version: 0 }, created: new Map() }
        await client.create(story.key, utf8Encode('0'))
        recorder.#stories.push(story)
        recorder.#running.push(recorder.#write(client, story))
      }),
    )
    return recorder
  }

  /** Acknowledged writes so far. */
  get acknowledged(): number {
    return this.#acknowledged
  }

  get keys(): readonly string[] {
    return this.#stories.map(({ key }) => key)
  }

  /** What a read of this key that begins now must give at least. */
  floor(key: string): number {
    return this.#story(key).acknowledged.value
  }

  /** What a read of this key that ends now can give at most. */
  ceiling(key: string): number {
    return this.#story(key).tried
  }

  /** Resolves when `count` more writes were acknowledged: work goes on. */
  async more(count: number): Promise<void> {
    const goal = this.#acknowledged + count
    await until(`${count} more writes are acknowledged`, () => {
      if (this.#faults.length > 0) throw new Error(this.#faults.join('\n'))
      return this.#acknowledged >= goal
    })
  }

  /** Ends the writers. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await Promise.all(this.#running)
  }

  /** What is wrong with what was acknowledged, and with these contents: empty when nothing is. */
  faults(replicas: readonly Contents[]): string[] {
    const faults = [...this.#faults]
    const [first] = replicas
    for (const [index, contents] of replicas.entries()) {
      if (first !== undefined && !isDeepEqual(first, contents)) faults.push(`replica ${index} differs from the first`)
      for (const story of this.#stories) faults.push(...faultsOf(story, contents).map((fault) => `replica ${index}: ${fault}`))
    }
    return faults
  }

  async #write(client: CoordinationClient, story: Story): Promise<void> {
    while (!this.#stop.signal.aborted) {
      story.tried += 1
      const value = story.tried
      const data = utf8Encode(String(value))
      const stat = await this.#settle(client.set(story.key, data))
      if (stat !== null) {
        this.#checkVersion(story, { value, version: stat.version })
        story.acknowledged = { value, version: stat.version }
      }
      const node = await this.#settle(client.create(`${story.key}-made-`, data, { sequential: true }))
      if (node !== null) story.created.set(node.path, String(value))
    }
  }

  /** Null for a write whose outcome is not known, or that was surely not applied. Anything else is a fault. */
  async #settle<T>(call: Promise<T>): Promise<T | null> {
    try {
      const result = await call
      this.#acknowledged += 1
      return result
    } catch (error) {
      if (!isExpected(error)) {
        this.#faults.push(`a write failed: ${error instanceof Error ? error.stack : String(error)}`)
        this.#stop.abort()
      }
      return null
    }
  }

  /** One more than before; the writes between them whose outcome is unknown may each have added one. */
  #checkVersion({ key, acknowledged: before }: Story, now: Acknowledged): void {
    const most = before.version + now.value - before.value
    if (now.version > before.version && now.version <= most) return
    this.#faults.push(`${key}: version ${now.version} for value ${now.value} after version ${before.version} for value ${before.value}`)
  }

  #story(key: string): Story {
    const story = this.#stories.find((one) => one.key === key)
    if (story === undefined) throw new Error(`nobody writes ${key}`)
    return story
  }
}

/** Reads keys all the time by linearizable reads, and notes every answer that is older than it may be. Ends at a read that fails. */
export class Reader {
  readonly faults: string[] = []
  readonly #stop = new AbortController()
  readonly #running: Promise<void>
  #reads = 0

  constructor(client: CoordinationClient, recorder: Recorder) {
    this.#running = this.#read(client, recorder)
  }

  get reads(): number {
    return this.#reads
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async #read(client: CoordinationClient, recorder: Recorder): Promise<void> {
    while (!this.#stop.signal.aborted) {
      for (const key of recorder.keys) {
        const floor = recorder.floor(key)
        try {
          const value = Number(textOf((await client.get(key)).data))
          this.#reads += 1
          if (value < floor) this.faults.push(`${key}: read ${value} after ${floor} was acknowledged`)
          if (value > recorder.ceiling(key)) this.faults.push(`${key}: read ${value}, which nobody has written`)
        } catch (error) {
          if (isExpected(error)) continue
          this.faults.push(String(error))
          return
        }
      }
    }
  }
}

function isExpected(error: unknown): boolean {
  return (
    SynodError.is(error, 'SYNOD_OUTCOME_UNKNOWN') || SynodError.is(error, 'SYNOD_NO_QUORUM') || SynodError.is(error, 'SYNOD_UNREACHABLE')
  )
}

function faultsOf(story: Story, contents: Contents): string[] {
  const faults: string[] = []
  const value = Number(contents.get(story.key)?.value)
  if (!(value >= story.acknowledged.value)) faults.push(`${story.key} is ${value} after ${story.acknowledged.value} was acknowledged`)
  if (value > story.tried) faults.push(`${story.key} is ${value}, which nobody has written`)
  for (const [path, created] of story.created) {
    if (contents.get(path)?.value !== created)
      faults.push(`${path} with ${created} was acknowledged and is ${contents.get(path)?.value ?? 'not there'}`)
  }
  const seen = new Set<string>()
  for (const [path, node] of contents) {
    if (!path.startsWith(`${story.key}-made-`)) continue
    if (seen.has(node.value)) faults.push(`${path}: ${node.value} was created twice`)
    seen.add(node.value)
  }
  return faults
}

function isDeepEqual(a: Contents, b: Contents): boolean {
  return a.size === b.size && [...a].every(([path, node]) => b.get(path)?.value === node.value && b.get(path)?.stat === node.stat)
}
