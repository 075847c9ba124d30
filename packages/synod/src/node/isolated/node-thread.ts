import { parentPort, workerData } from 'node:worker_threads'
import type { Logger, ReplicaEvents } from '@synod/interface'
import type { RunningNode } from '../running-node.ts'
import { startHere } from '../start-node.ts'
import { errorToData } from './error-data.ts'
import type { EventData, FromThread, Question, StatusData, ThreadData, ToThread } from './messages.ts'
import { PortLink } from './port-link.ts'

/** How old a status may be that the other thread shows. */
const statusMillis = 100
const events = ['leader:change', 'role:change', 'servers:change', 'halt'] as const satisfies readonly (keyof ReplicaEvents)[]

const tell = (message: FromThread): void => {
  parentPort?.postMessage(message)
}

/** A server with a thread of its own: what `startNode` does, told through messages. */
async function main({ config, logs }: ThreadData): Promise<void> {
  const starting = new AbortController()
  const asked = new Map<number, AbortController>()
  let node: RunningNode | null = null
  parentPort?.on('message', (message: ToThread) => {
    if (message.type === 'close') void close(node, message.graceful, starting)
    else if (node === null) return
    else if (message.type === 'dial') accept(node, new PortLink(message.port))
    else if (message.type === 'forget') asked.get(message.id)?.abort()
    else void answer(node, message, asked)
  })
  try {
    node = await startHere({ ...config, signal: starting.signal, ...(logs ? { logger: logger() } : {}) })
  } catch (error) {
    tell({ type: 'failed', error: errorToData(error) })
    return
  }
  report(node)
  tell({ type: 'started', status: statusOf(node) })
}

function accept(node: RunningNode, link: PortLink): void {
  const accepted = node.accept(link)
  link.start({ onFrame: (frame) => accepted.onFrame(frame), onClosed: () => accepted.onClosed() })
}

async function answer(
  node: RunningNode,
  { id, question }: { readonly id: number; readonly question: Question },
  asked: Map<number, AbortController>,
): Promise<void> {
  const forget = new AbortController()
  asked.set(id, forget)
  try {
    const value = question.what === 'ready' ? await node.ready(forget) : await node.waitFor(question.strength, forget).then(() => 0)
    tell({ type: 'answer', id, value, error: null })
  } catch (error) {
    tell({ type: 'answer', id, value: 0, error: errorToData(error) })
  } finally {
    asked.delete(id)
  }
}

/** Every event, with the status of that moment, and the status now and then. */
function report(node: RunningNode): void {
  for (const name of events) {
    node.on(name, (payload) => {
      tell({ type: 'event', event: { name, payload: 'error' in payload ? null : payload } satisfies EventData, status: statusOf(node) })
    })
  }
  setInterval(() => tell({ type: 'status', status: statusOf(node) }), statusMillis).unref()
}

async function close(node: RunningNode | null, graceful: boolean, starting: AbortController): Promise<void> {
  if (node === null) {
    starting.abort()
    return
  }
  await node.close({ graceful })
  tell({ type: 'status', status: statusOf(node) })
  tell({ type: 'closed' })
}

function statusOf(node: RunningNode): StatusData {
  const status = node.status()
  return { ...status, halted: status.halted === null ? null : errorToData(status.halted) }
}

/** What cannot be handed over is left out: a line that is not logged is worth less than a server. */
function logger(): Logger {
  const line =
    (level: keyof Logger) =>
    (details: object, message: string): void => {
      try {
        tell({ type: 'log', level, details: plain(details), message })
      } catch {
        tell({ type: 'log', level, details: {}, message })
      }
    }
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') }
}

/** Errors as data: a clone would lose their codes. */
function plain(details: object): object {
  const entries = Object.entries(details).map(([key, value]: [string, unknown]) => [
    key,
    value instanceof Error ? errorToData(value) : value,
  ])
  return Object.fromEntries(entries) as object
}

await main(workerData as ThreadData)
