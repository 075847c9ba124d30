import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { FromLoad, LoadJob, Readings, ToLoad } from './jobs.ts'

/** A process that does one job of load. */
export class LoadProcess<J extends LoadJob> {
  /** Resolves when it is under way. */
  readonly ready: Promise<void>
  /** Rejects with why there is no reading, also when the process dies or takes too long. */
  readonly reading: Promise<Readings[J['kind']]>
  readonly #child: ChildProcess

  /** `profile` is a folder for its CPU profile. */
  constructor(job: J, options: { readonly timeoutMs: number; readonly profile?: string | undefined }) {
    const script = fileURLToPath(new URL('../load-child.ts', import.meta.url))
    const { profile, timeoutMs } = options
    const profiling = profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profile]
    const child = fork(script, { execArgv: [...process.execArgv, ...profiling], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    this.#child = child
    const ready = Promise.withResolvers<void>()
    const reading = Promise.withResolvers<Readings[J['kind']]>()
    const fail = (error: Error): void => {
      ready.reject(error)
      reading.reject(error)
    }
    const timer = setTimeout(() => fail(new Error(`the ${job.kind} job gave no reading within ${timeoutMs / 1000} s`)), timeoutMs)
    let complaint = ''
    child.stderr?.on('data', (chunk) => (complaint = `${complaint}${String(chunk)}`.slice(-2_000)))
    child.once('exit', (code, signal) => fail(new Error(`the load process ended early (${String(code ?? signal)}) ${complaint}`)))
    child.on('message', (message: FromLoad) => {
      if ('ready' in message) ready.resolve()
      else if ('failed' in message) fail(new Error(message.failed))
      else reading.resolve(message.reading as Readings[J['kind']])
    })
    ready.promise.catch(() => {})
    this.ready = ready.promise
    this.reading = reading.promise.finally(() => {
      clearTimeout(timer)
      this.end()
    })
    this.reading.catch(() => {})
    this.#send({ job })
  }

  /** Tells a writer that the fault happens now. */
  fault(at: number): void {
    this.#send({ faultAt: at })
  }

  /** Lets it end; harmless when it has. */
  end(): void {
    if (this.#child.connected) this.#child.disconnect()
  }

  #send(message: ToLoad): void {
    this.#child.send(message)
  }
}
