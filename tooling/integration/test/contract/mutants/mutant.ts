import type { ClientFault } from './faulty.ts'

/** A client that breaks one clause. */
export interface ClientMutant {
  /** What is wrong with it. */
  readonly fault: string
  /** Beginning of the name of the clause that must fail. */
  readonly clause: string
  readonly client: ClientFault
  /** How long the suite waits, when the clause takes its time even for a good client. */
  readonly timeoutMs?: number
}
