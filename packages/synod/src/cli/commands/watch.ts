import { SynodError } from '@synod/interface'
import type { CoordinationClient, WatchEvent, Zxid } from '@synod/interface/coordination'
import type { WatchMode } from '@synod/interface/protocol'
import { CliError, exitCodes, signalExitCode } from '../exit-codes.ts'
import { jsonValue, printJson, printLine, remark, textOf } from '../output.ts'
import { untilSignal } from '../until-signal.ts'
import type { Target } from '../target.ts'
import { withClient } from '../with-client.ts'

/** Options of `synod watch`. */
export interface WatchCommandOptions {
  readonly json: boolean
  readonly mode: WatchMode
  /** Everything after this position. */
  readonly from?: Zxid
  /** End after so many events. */
  readonly count: number
  /** Print the value with each event that has one. */
  readonly values: boolean
}

/** `synod watch <path>`: one line per change, until a signal ends it. */
export async function watch(target: Target, path: string, options: WatchCommandOptions): Promise<number> {
  const stop = new AbortController()
  let signalled: NodeJS.Signals | null = null
  void untilSignal().then((signal) => {
    signalled = signal
    stop.abort(signal)
  })
  try {
    await withClient(target, { session: false }, (client) => follow(client, path, { ...options, signal: stop.signal }))
  } catch (error) {
    if (signalled === null) throw error
  }
  return signalled === null ? exitCodes.ok : signalExitCode(signalled)
}

async function follow(
  client: CoordinationClient,
  path: string,
  options: WatchCommandOptions & { readonly signal: AbortSignal },
): Promise<void> {
  const { mode, from, signal, count } = options
  const events = client.watch(path, { mode, signal, ...(from === undefined ? {} : { from }) })
  void events.ready.then(
    () => remark(`watching ${path}`),
    () => {},
  )
  let seen = 0
  for await (const event of events) {
    await print(client, event, options)
    seen += 1
    if (seen === count) return
  }
}

/** The value is read after the event: it may be newer, never older. */
async function print(client: CoordinationClient, event: WatchEvent, options: WatchCommandOptions): Promise<void> {
  const { type, path, zxid } = event
  const data = options.values && (type === 'created' || type === 'changed') ? await valueOf(client, path) : null
  if (options.json) return printJson({ type, path, zxid, ...(data === null ? {} : jsonValue(data)) })
  const value = data === null ? '' : `  ${textOf(data) ?? `(${data.length} bytes)`}`
  printLine(`${`${zxid.epoch}.${zxid.index}`.padEnd(8)}${type.padEnd(9)}${path}${value}`)
}

async function valueOf(client: CoordinationClient, path: string): Promise<Uint8Array | null> {
  try {
    return (await client.get(path, { consistency: 'session' })).data
  } catch (error) {
    if (SynodError.is(error, 'SYNOD_NO_NODE')) return null
    throw error
  }
}

/** A position as `status` and `watch` print it: `<epoch>.<index>`. */
export function parseZxid(text: string): Zxid {
  const match = /^(\d+)\.(\d+)$/.exec(text)
  if (match === null) throw new CliError(exitCodes.usage, `--from takes a position like 3.128 (epoch and index), not ${text}`)
  return { epoch: Number(match[1]), index: Number(match[2]) }
}
