import type { Who } from './plan.ts'

/** Who is struck, ascending: a function of the choice, the servers and the leader of the moment. */
export function targetsOf(
  who: Who,
  choice: number,
  { ids, leader }: { readonly ids: readonly number[]; readonly leader: number | null },
): number[] {
  const chief = leader !== null && ids.includes(leader) ? leader : (ids[choice % ids.length] ?? 1)
  const others = rotated(
    ids.filter((id) => id !== chief),
    choice,
  )
  const minority = Math.floor((ids.length - 1) / 2)
  const withChief = choice % 2 === 0
  switch (who) {
    case 'leader':
      return [chief]
    case 'follower':
      return ascending(others.slice(0, 1))
    case 'minority':
      return ascending(withChief ? [chief, ...others].slice(0, minority) : others.slice(0, minority))
    case 'majority':
      return ascending(withChief ? [chief, ...others].slice(0, minority + 1) : others.slice(0, minority + 1))
    case 'all':
      return ascending(ids)
  }
}

/** The members of `ids` from another start, the choice decides which. */
export function rotated(ids: readonly number[], choice: number): number[] {
  const start = ids.length === 0 ? 0 : Math.floor(choice / 7) % ids.length
  return [...ids.slice(start), ...ids.slice(0, start)]
}

function ascending(ids: readonly number[]): number[] {
  return [...ids].sort((a, b) => a - b)
}
