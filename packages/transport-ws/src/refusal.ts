import { SynodError, type SynodErrorCode } from '@synod/interface'

/** Codes that a refusal carries over HTTP. `REDUNDANT` is no error: the refusing side has a better connection to the same peer. */
export type RefusalCode =
  | 'REDUNDANT'
  | 'SYNOD_UNAUTHORIZED'
  | 'SYNOD_CLUSTER_MISMATCH'
  | 'SYNOD_WIRE_VERSION'
  | 'SYNOD_INVALID_CONFIG'
  | 'SYNOD_BAD_FRAME'
  | 'SYNOD_NOT_SUPPORTED'
  | 'SYNOD_STOPPED'

/** Why a handshake is turned down: an HTTP status and a JSON body `{ code, message }`. */
export interface Refusal {
  readonly code: RefusalCode
  readonly message: string
}

const statusOf: Readonly<Record<RefusalCode, number>> = {
  SYNOD_BAD_FRAME: 400,
  SYNOD_WIRE_VERSION: 400,
  SYNOD_UNAUTHORIZED: 401,
  SYNOD_CLUSTER_MISMATCH: 403,
  SYNOD_INVALID_CONFIG: 403,
  REDUNDANT: 409,
  SYNOD_NOT_SUPPORTED: 426,
  SYNOD_STOPPED: 503,
}

const bodyBytesMax = 4096

/** The whole HTTP response, for a socket on which no `ServerResponse` exists. */
export function refusalResponse(refusal: Refusal): string {
  const body = refusalBody(refusal)
  return [
    `HTTP/1.1 ${refusalStatus(refusal)} ${refusal.code}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}

/** HTTP status of a refusal. */
export function refusalStatus(refusal: Refusal): number {
  return statusOf[refusal.code]
}

/** JSON body of a refusal. */
export function refusalBody({ code, message }: Refusal): string {
  return `${JSON.stringify({ code, message })}\n`
}

/**
 * What a dialed server meant by answering with `status` and `body`. Anything that is not a refusal of this protocol becomes
 * `SYNOD_UNREACHABLE`: something else listens at that address.
 */
export function readRefusal(status: number, body: string): Refusal | SynodError {
  try {
    const parsed: unknown = JSON.parse(body.slice(0, bodyBytesMax))
    if (typeof parsed === 'object' && parsed !== null && 'code' in parsed && 'message' in parsed) {
      const { code, message } = parsed
      if (isRefusalCode(code) && statusOf[code] === status) return { code, message: String(message) }
    }
  } catch {
    // Not JSON: not a Synod server.
  }
  return new SynodError(
    'SYNOD_UNREACHABLE',
    `it answers with HTTP status ${status}: no Synod server listens there, or a proxy is in between`,
  )
}

/** The error that a person reads; not for `REDUNDANT`. */
export function refusalError(code: Exclude<RefusalCode, 'REDUNDANT'>, message: string): SynodError {
  return new SynodError(code satisfies SynodErrorCode, message)
}

function isRefusalCode(code: unknown): code is RefusalCode {
  return typeof code === 'string' && Object.hasOwn(statusOf, code)
}
