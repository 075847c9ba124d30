import { readFileSync } from 'node:fs'
import type { Complaint } from './tools/lint.ts'
import type { Violation } from './violation.ts'

/** A file that may break a rule of size, up to a number that may only fall, and why. */
export interface Exception {
  readonly file: string
  readonly rule: 'max-lines' | 'max-lines-per-function' | 'max-params'
  /** For the rules about functions: how many functions of the file may break it. For `max-lines`: how many lines it may have. */
  readonly limit: number
  readonly reason: string
}

/** The exceptions of this repository. */
export function readRatchet(): Exception[] {
  return JSON.parse(readFileSync(new URL('../ratchet.json', import.meta.url), 'utf8')) as Exception[]
}

/** What is left of the linter's complaints once the exceptions are taken off. */
export function withoutExceptions(complaints: readonly Complaint[], exceptions: readonly Exception[]): Complaint[] {
  return complaints.filter((complaint) => {
    const exception = exceptions.find(({ file, rule }) => file === complaint.file && rule === complaint.rule)
    return exception === undefined || measure(exception, complaints) > exception.limit
  })
}

/** Exceptions that are larger than what they excuse, have no reason, or stand twice. So the numbers can only fall. */
export function checkRatchet(complaints: readonly Complaint[], exceptions: readonly Exception[]): Violation[] {
  return exceptions.flatMap((exception, position) => {
    const { file, rule, limit, reason } = exception
    const where = `tooling/tidy/ratchet.json (${file}, ${rule})`
    const is = measure(exception, complaints)
    const wrong: string[] = []
    if (is < limit) wrong.push(is === 0 ? 'is no longer needed; remove it' : `may fall to ${is} (is ${limit})`)
    if (reason.length < 20) wrong.push('needs a reason')
    if (exceptions.findIndex((other) => other.file === file && other.rule === rule) !== position) wrong.push('stands twice')
    return wrong.map((message) => ({ where, message }))
  })
}

function measure({ file, rule }: Exception, complaints: readonly Complaint[]): number {
  const own = complaints.filter((complaint) => complaint.file === file && complaint.rule === rule)
  if (rule !== 'max-lines') return own.length
  return Math.max(0, ...own.map(({ message }) => Number(/\((\d+)\)/.exec(message)?.[1] ?? 0)))
}
