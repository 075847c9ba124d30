import type { Zxid } from '@synod/interface/coordination'

/** Whom a contender waits for. `shared`: only for exclusive ones before it; `exclusive`: for everybody before it. */
export type ContenderKind = 'exclusive' | 'shared'

/** A node of the queue, as its name tells it. */
export interface Contender {
  readonly kind: ContenderKind
  readonly name: string
  /** Chosen at random by the one who created it: how it is found again after an unknown outcome. */
  readonly id: string
  /** The counter that the parent appended. */
  readonly counter: bigint
}

/** The contender that this process created. */
export interface OwnContender extends Contender {
  readonly path: string
  readonly czxid: Zxid
}

const namePattern = /^(exclusive|shared)-([0-9a-f]{32})-(\d{10,})$/

/** What a contender's name begins with; the parent appends its counter. */
export function contenderPrefix(kind: ContenderKind, id: string): string {
  return `${kind}-${id}-`
}

/** Null for a name that is no contender's: such children take no part. */
export function parseContender(name: string): Contender | null {
  const match = namePattern.exec(name)
  const [, kind, id, counter] = match ?? []
  if (kind === undefined || id === undefined || counter === undefined) return null
  return { kind: kind === 'shared' ? 'shared' : 'exclusive', name, id, counter: BigInt(counter) }
}

/**
 * The contenders among `names`, first come first.
 *
 * The counter is compared as a number: a parent hands it out in commit order for as long as the parent exists, so this is
 * the order of the contenders' czxids, without a read of each. The padded text would stop being in order at the eleventh digit.
 */
export function sortedContenders(names: readonly string[]): Contender[] {
  const contenders: Contender[] = []
  for (const name of names) {
    const contender = parseContender(name)
    if (contender !== null) contenders.push(contender)
  }
  return contenders.sort((a, b) => (a.counter < b.counter ? -1 : a.counter > b.counter ? 1 : 0))
}

/** The one contender to wait for: the nearest before `own` that excludes it; null when it is `own`'s turn. */
export function blockerOf(contenders: readonly Contender[], own: Pick<Contender, 'kind' | 'counter'>): Contender | null {
  let blocker: Contender | null = null
  for (const contender of contenders) {
    if (contender.counter >= own.counter) break
    if (own.kind === 'exclusive' || contender.kind === 'exclusive') blocker = contender
  }
  return blocker
}

/** Splits sorted contenders into those whose turn it is and those that wait. */
export function splitByTurn(contenders: readonly Contender[]): { readonly held: Contender[]; readonly pending: Contender[] } {
  const first = contenders.findIndex((contender) => contender.kind === 'exclusive')
  const holders = first === -1 ? contenders.length : first === 0 ? 1 : first
  return { held: contenders.slice(0, holders), pending: contenders.slice(holders) }
}
