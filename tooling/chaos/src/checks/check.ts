/** The result of one check over a whole recording. */
export interface CheckResult {
  readonly name: string
  /** What it looked at, with numbers, for a person. */
  readonly looked: string
  /** Everything that is wrong, each for a person to follow; empty when nothing is. */
  readonly anomalies: readonly string[]
}

const anomaliesMax = 20

/** A result with a bounded list: the first anomalies tell the story, the number tells the size. */
export function checkResult(name: string, looked: string, anomalies: readonly string[]): CheckResult {
  const rest = anomalies.length - anomaliesMax
  return { name, looked, anomalies: rest > 0 ? [...anomalies.slice(0, anomaliesMax), `… and ${rest} more of these`] : anomalies }
}

/** Milliseconds as seconds, for reports. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`
}
