/** One measured quantity of one scenario: every reading, and what is told of them. */
export interface Summary {
  readonly median: number
  /** The 99th percentile of the readings, which is the greatest of them when there are fewer than a hundred. */
  readonly p99: number
  readonly samples: readonly number[]
}

/**
 * The value below which `percent` of the sorted values lie, by the nearest rank: always one of the values.
 *
 * @throws {RangeError} without values, or when `percent` is not above 0 and at most 100
 */
export function percentile(sorted: ArrayLike<number>, percent: number): number {
  if (!(percent > 0 && percent <= 100)) throw new RangeError(`percent (${percent}) must be above 0 and at most 100`)
  const value = sorted[Math.ceil((percent / 100) * sorted.length) - 1]
  if (value === undefined) throw new RangeError('there is no percentile of nothing')
  return value
}

/** The middle value, or the mean of the middle two. Throws a `RangeError` without values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[sorted.length >> 1]
  const lower = sorted[(sorted.length - 1) >> 1]
  if (upper === undefined || lower === undefined) throw new RangeError('there is no median of nothing')
  return (lower + upper) / 2
}

/** Median and 99th percentile, with the readings in the order in which they were taken. */
export function summarize(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((a, b) => a - b)
  return { median: median(samples), p99: percentile(sorted, 99), samples }
}

/** Which way a quantity is better. */
export type Better = 'more' | 'less'

/** How many times better `ours` is than `theirs`; above 1 is better whichever way the quantity goes. `null` when one is not there or 0. */
export function advantage(ours: number | undefined, theirs: number | undefined, better: Better): number | null {
  if (!ours || !theirs) return null
  return better === 'more' ? ours / theirs : theirs / ours
}
