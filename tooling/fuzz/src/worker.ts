import { setImmediate } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { Fuzzer } from './fuzzer.ts'
import type { WorkerMessage, WorkerTask } from './messages.ts'
import { judge } from './judge.ts'
import { Desk } from './messages.ts'
import { seedOf } from './random.ts'
import type { Target } from './target.ts'

const failuresMax = 20
/** Promises of the subject get their turn after so many inputs; one that is rejected and belongs to nobody ends the worker. */
const inputsPerTurn = 16

/** Runs the inputs of one target and tells what failed, and at the end how it went. */
async function main({ target: name, inputs, seed, module, memory }: WorkerTask): Promise<void> {
  const say = (message: WorkerMessage): void => parentPort?.postMessage(message)
  const { targets } = (await import(module)) as { targets: readonly Target[] }
  const target = targets.find((one) => one.name === name)
  if (target === undefined) throw new Error(`there is no target ${name} in ${module}`)
  const subject = await target.make()
  const fuzzer = new Fuzzer(subject, seedOf(seed, name))
  const desk = new Desk(memory)
  const told = new Set<string>()
  let failures = 0
  for (let at = 0; at < inputs; at += 1) {
    if (at % inputsPerTurn === 0) await setImmediate()
    const input = fuzzer.next()
    desk.put(input)
    try {
      fuzzer.learn(input, judge(subject, input))
    } catch (error) {
      failures += 1
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
      const kind = message.split('\n')[0]?.replaceAll(/\d+/g, '#') ?? ''
      if (!told.has(kind) && told.size < failuresMax) say({ kind: 'failure', failure: { target: name, at, message, input: input.slice() } })
      told.add(kind)
      fuzzer.learn(input, `failed: ${kind}`)
    }
  }
  say({ kind: 'done', failures, outcomes: fuzzer.outcomes })
}

await main(workerData as WorkerTask)
