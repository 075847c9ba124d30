import { Worker } from 'node:worker_threads'
import { SynodError } from '@synod/interface'
import type { NodeConfig } from '../config.ts'
import { errorFromData } from './error-data.ts'
import { IsolatedNode } from './isolated-node.ts'
import type { IsolatedParts } from './isolated-node.ts'
import type { FromThread, ThreadData, ToThread } from './messages.ts'

/** Starts a server in a thread of its own. The config is known to be good. Rejects as `startNode` does. */
export async function startIsolated(config: NodeConfig, parts: Omit<IsolatedParts, 'logger'>): Promise<IsolatedNode> {
  const { logger, signal, isolate: _, ...rest } = config
  signal?.throwIfAborted()
  const worker = makeWorker({ config: rest, logs: logger !== undefined })
  const giveUp = (): void => worker.postMessage({ type: 'close', graceful: false } satisfies ToThread)
  signal?.addEventListener('abort', giveUp, { once: true })
  try {
    return await started(worker, { ...parts, logger })
  } catch (error) {
    await worker.terminate()
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', giveUp)
  }
}

function makeWorker(data: ThreadData): Worker {
  try {
    return new Worker(new URL('./node-thread.js', import.meta.url), { workerData: data, execArgv: [] })
  } catch (cause) {
    const message = `cannot be handed to the thread of an isolated server: ${cause instanceof Error ? cause.message : String(cause)}`
    throw new SynodError('SYNOD_INVALID_CONFIG', `the config ${message}`, { cause, issues: [{ path: 'isolate', message }] })
  }
}

function started(worker: Worker, parts: IsolatedParts): Promise<IsolatedNode> {
  return new Promise((resolve, reject) => {
    const done = (settle: () => void): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      settle()
    }
    const onMessage = (message: FromThread): void => {
      if (message.type === 'log') parts.logger?.[message.level](message.details, message.message)
      else if (message.type === 'started') done(() => resolve(new IsolatedNode(worker, message.status, parts)))
      else if (message.type === 'failed') done(() => reject(errorFromData(message.error)))
    }
    const onError = (error: Error): void => done(() => reject(error))
    const onExit = (code: number): void =>
      done(() => reject(new Error(`the thread of the server ended with ${code} before it had started`)))
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
  })
}
