import { SynodError } from '@synod/interface'
import type { Logger } from '@synod/interface'
import { pino } from 'pino'
import { startNode } from '../../node/start-node.ts'
import type { SynodNode } from '../../node/synod-node.ts'
import { exitCodes, exitCodeOf, signalExitCode } from '../exit-codes.ts'
import { printError } from '../output.ts'
import { readServeConfig } from '../serve-config.ts'
import { reportOf } from '../server-report.ts'
import type { ServerMessage } from '../server-report.ts'

/** Options of `synod serve`. */
export interface ServeFlags {
  readonly config: string
  readonly id?: string
  readonly dataDir?: string
  /** Set by `synod dev`: reports over IPC, and ends with its parent. */
  readonly supervised?: boolean
}

const reportIntervalMs = 500
/** A server whose `synod dev` is gone ends by then, whatever hangs. */
const stopPatienceMs = 2_000

/** Why a server stops, and how. */
interface Ending {
  readonly graceful: boolean
  readonly code: number
}

/** Runs a server until a signal ends it, or it halts. Resolves with the exit code. */
export async function serve(flags: ServeFlags): Promise<number> {
  const parent = flags.supervised === true && process.send !== undefined ? new Parent() : null
  const stop = new AbortController()
  const asked = untilAsked(stop, parent)
  try {
    const { env } = process
    const { node: config, logLevel } = readServeConfig(flags.config, { env, ...pick('id', flags.id), ...pick('dataDir', flags.dataDir) })
    const logger = pino(
      { name: 'synod', level: logLevel, base: { pid: process.pid, id: config.id } },
      pino.destination({ fd: 1, sync: true }),
    )
    const node = await startNode({ ...config, logger, signal: stop.signal })
    const { cluster = 'default', id, dataDir } = config
    logger.info({ cluster, id, endpoint: node.endpoint, dataDir }, 'started')
    logLeaders(node, logger)
    parent?.reportAbout(node)
    const { graceful, code } = await Promise.race([asked, untilHalted(node, parent)])
    await node.close({ graceful })
    logger.info({ code }, 'stopped')
    return code
  } catch (error) {
    if (stop.signal.aborted) return exitCodes.ok
    parent?.tell(failure(error))
    throw error
  } finally {
    parent?.close()
  }
}

function logLeaders(node: SynodNode, logger: Logger): void {
  const log = ({ leader, epoch }: { readonly leader: number | null; readonly epoch: number }): void => {
    logger.info({ leader, epoch }, leader === null ? 'no leader' : 'leader')
  }
  node.on('leader:change', log)
  if (node.status().leader !== null) log(node.status())
}

/** The first signal stops in order, the second at once; a parent that is gone needs no order. */
function untilAsked(stop: AbortController, parent: Parent | null): Promise<Ending> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (stop.signal.aborted) process.exit(signalExitCode(signal))
        stop.abort(new SynodError('SYNOD_STOPPED', `stopped by ${signal}`))
        resolve({ graceful: true, code: exitCodes.ok })
      })
    }
    parent?.onEnd(() => {
      stop.abort(new SynodError('SYNOD_STOPPED', 'the synod dev that started this server has ended'))
      resolve({ graceful: false, code: exitCodes.ok })
      setTimeout(() => process.exit(exitCodes.ok), stopPatienceMs).unref()
    })
  })
}

/** The replica has logged why, and what led to it. */
function untilHalted(node: SynodNode, parent: Parent | null): Promise<Ending> {
  return new Promise((resolve) => {
    const onHalt = (error: SynodError): void => {
      parent?.tell(failure(error))
      printError(error, false)
      const code = exitCodeOf(error)
      resolve({ graceful: false, code: code === exitCodes.storage ? code : exitCodes.halted })
    }
    node.on('halt', ({ error }) => onHalt(error))
    const { halted } = node.status()
    if (halted !== null) onHalt(halted)
  })
}

function failure(error: unknown): ServerMessage {
  const message = error instanceof Error ? error.message : String(error)
  return { type: 'failure', code: SynodError.is(error) ? error.code : 'ERROR', message }
}

function pick<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: string })
}

/** The `synod dev` at the other end of the IPC channel. */
class Parent {
  #timer: NodeJS.Timeout | null = null

  tell(message: ServerMessage): void {
    if (process.connected) process.send?.(message, undefined, undefined, () => {})
  }

  reportAbout(node: SynodNode): void {
    const report = (): void => this.tell(reportOf(node))
    node.on('leader:change', report)
    node.on('role:change', report)
    this.#timer = setInterval(report, reportIntervalMs)
    report()
  }

  onEnd(run: () => void): void {
    process.on('disconnect', run)
    process.on('message', (message) => {
      if (typeof message === 'object' && message !== null && 'type' in message && message.type === 'stop') run()
    })
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    if (process.connected) process.disconnect()
  }
}
