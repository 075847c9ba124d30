/** An input with which something is not as it must be. */
export interface Failure {
  readonly target: string
  /** Which input of the run. */
  readonly at: number
  readonly message: string
  readonly input: Uint8Array
}

/** What to tell a person: what happened, and how to see it again. */
export function describeFailure({ target, at, message, input }: Failure): string {
  const hex = Buffer.from(input).toString('hex')
  const again =
    hex.length > 4000
      ? `(${input.length} bytes, too long to show)`
      : `npm run fuzz -- --target ${target} --input ${hex === '' ? "''" : hex}`
  return `${target}, input ${at}: ${message}\n  ${again}`
}
