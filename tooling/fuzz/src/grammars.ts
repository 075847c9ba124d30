import type { PeerFrame, WalRecord } from '@synod/interface/protocol'
import type { Command, CommandResult, Query, QueryResult } from '@synod/tree/commands'
import type { ClientMessage, ServerMessage } from '@synod/wire'
import type { Arbitrary } from 'fast-check'

/** The grammars of the property tests of `@synod/wire`. */
export interface WireGrammars {
  readonly peerFrame: Arbitrary<PeerFrame>
  readonly clientMessage: Arbitrary<ClientMessage>
  readonly serverMessage: Arbitrary<ServerMessage>
  readonly batch: Arbitrary<WalRecord[]>
}

/** The grammars of the property tests of `@synod/tree`. */
export interface TreeGrammars {
  readonly command: Arbitrary<Command>
  readonly commandResult: Arbitrary<CommandResult>
  readonly query: Arbitrary<Query>
  readonly queryResult: Arbitrary<QueryResult>
}

const grammarsOf = (name: string): Promise<unknown> =>
  import(new URL(`../../../packages/${name}/test/arbitraries.ts`, import.meta.url).href)

export async function wireGrammars(): Promise<WireGrammars> {
  return (await grammarsOf('wire')) as WireGrammars
}

export async function treeGrammars(): Promise<TreeGrammars> {
  return (await grammarsOf('tree')) as TreeGrammars
}

/** A module of a built package that is not part of its interface; `entry` is what `import.meta.resolve` says of the package. */
export function inside(entry: string, file: string): Promise<unknown> {
  return import(new URL(file, entry).href)
}
