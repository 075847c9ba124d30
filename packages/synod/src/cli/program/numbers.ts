import { CliError, exitCodes } from '../exit-codes.ts'

/** A number of 0 or more without a fraction. */
export function wholeNumber(option: string, text: string): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value
  throw new CliError(exitCodes.usage, `${option} takes a whole number, not ${text}`)
}

/** Seconds, with a fraction if need be, as milliseconds. */
export function seconds(option: string, text: string): number {
  const ms = Math.round(Number(text) * 1000)
  if (text.trim() !== '' && Number.isSafeInteger(ms) && ms >= 0) return ms
  throw new CliError(exitCodes.usage, `${option} takes seconds, such as 2.5, not ${text}`)
}
