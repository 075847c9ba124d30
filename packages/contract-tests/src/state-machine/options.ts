import type { StateMachine } from '@synod/interface/protocol'

export interface StateMachineContractOptions {
  /** Named in the title of the suite. */
  readonly name: string
  /** Makes a machine in its first state; all machines it makes are of the same options. */
  create(): StateMachine
  /** Well-formed commands, applied in this order; together they change the state, and some of them are best rejected by it. */
  readonly commands: readonly Uint8Array[]
  /** Well-formed queries, whose answers tell what the commands have changed. */
  readonly queries: readonly Uint8Array[]
  /** A command that opens a session. Without it, the clauses about sessions are not shown. */
  readonly openSession?: Uint8Array
}
