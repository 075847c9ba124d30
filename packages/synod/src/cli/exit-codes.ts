import { SynodError } from '@synod/interface'
import type { SynodErrorCode } from '@synod/interface'

/** How `synod` ends. Documented in the README; scripts and service managers rely on them. */
export const exitCodes = {
  ok: 0,
  /** Anything that has no code of its own. */
  failed: 1,
  /** Wrong arguments or config, or no cluster to talk to is known. */
  usage: 2,
  /** The node is not there. */
  noNode: 3,
  /** No server can be reached, none has a leader with a quorum, or all turn this client away. */
  unavailable: 4,
  /** The state of the tree does not allow it: version, existence, children. Nothing was changed. */
  conflict: 5,
  /** The write may or may not have been applied. */
  unknown: 6,
  /** A `synod dev` is running on this folder already. */
  running: 7,
  /** A port that is needed is in use. */
  portInUse: 8,
  /** `serve`: the server has stopped for good while it ran. */
  halted: 10,
  /** `serve`: the store was refused; starting it again does not help. */
  storage: 11,
  /** `lock`, `elect`: lost while the command ran; it was ended. */
  lost: 123,
  /** `lock`: not got in time. */
  notAcquired: 124,
  /** `lock`, `elect`: the cluster failed before the command was run. */
  beforeCommand: 125,
  /** `lock`, `elect`: the command cannot be executed. */
  notExecutable: 126,
  /** `lock`, `elect`: the command is not there. */
  commandNotFound: 127,
} as const

const byError: Partial<Record<SynodErrorCode, number>> = {
  SYNOD_INVALID_CONFIG: exitCodes.usage,
  SYNOD_INVALID_PATH: exitCodes.usage,
  SYNOD_TOO_LARGE: exitCodes.usage,
  SYNOD_NOT_SUPPORTED: exitCodes.usage,
  SYNOD_NO_NODE: exitCodes.noNode,
  SYNOD_UNREACHABLE: exitCodes.unavailable,
  SYNOD_NO_QUORUM: exitCodes.unavailable,
  SYNOD_UNAUTHORIZED: exitCodes.unavailable,
  SYNOD_CLUSTER_MISMATCH: exitCodes.unavailable,
  SYNOD_WIRE_VERSION: exitCodes.unavailable,
  SYNOD_BAD_VERSION: exitCodes.conflict,
  SYNOD_NODE_EXISTS: exitCodes.conflict,
  SYNOD_NOT_EMPTY: exitCodes.conflict,
  SYNOD_NO_CHILDREN_FOR_EPHEMERALS: exitCodes.conflict,
  SYNOD_OUTCOME_UNKNOWN: exitCodes.unknown,
  SYNOD_PORT_IN_USE: exitCodes.portInUse,
  SYNOD_STORAGE_CORRUPT: exitCodes.storage,
  SYNOD_STORAGE_FOREIGN: exitCodes.storage,
  SYNOD_STORAGE_IN_USE: exitCodes.storage,
  SYNOD_STORAGE_MISSING: exitCodes.storage,
}

/** The exit code for an error that ended a command. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CliError) return error.exitCode
  return SynodError.is(error) ? (byError[error.code] ?? exitCodes.failed) : exitCodes.failed
}

/** A complaint of the command line itself: what is wrong and the way out, without a stack. */
export class CliError extends Error {
  readonly exitCode: number

  constructor(exitCode: number, message: string) {
    super(message)
    this.name = 'CliError'
    this.exitCode = exitCode
  }
}

/** What a shell says of a process that a signal ended. */
export function signalExitCode(signal: NodeJS.Signals): number {
  const numbers: Partial<Record<NodeJS.Signals, number>> = {
    SIGHUP: 1,
    SIGINT: 2,
    SIGQUIT: 3,
    SIGABRT: 6,
    SIGKILL: 9,
    SIGSEGV: 11,
    SIGTERM: 15,
  }
  return 128 + (numbers[signal] ?? 0)
}
