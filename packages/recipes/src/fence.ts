/**
 * The checking half of fencing: the resource refuses what an earlier holder sends late.
 * @module
 */
import { SynodError } from '@synod/interface'

/**
 * Remembers the greatest fencing token that it has seen and refuses any lower one. One guard per resource.
 *
 * It lives in memory: it protects what lives as long as the process (a connection, a cache, a file handle). What survives a
 * restart must keep the token itself, beside the data and changed in one transaction with it; the README shows the SQL.
 */
export class FenceGuard {
  #greatest: bigint

  /** `greatest`: the token to begin with, e.g. read from where the resource keeps it. Default 0. */
  constructor(greatest = 0n) {
    this.#greatest = greatest
  }

  /** The greatest token seen. */
  get greatest(): bigint {
    return this.#greatest
  }

  /** Throws `SYNOD_FENCED` when a later holder has been here. The same token may come again and again. */
  check(token: bigint): void {
    if (typeof token !== 'bigint') throw new TypeError(`a fencing token is a bigint, not ${typeof token}`)
    if (token < this.#greatest) {
      throw new SynodError(
        'SYNOD_FENCED',
        `fencing token ${token} is older than ${this.#greatest}: somebody else has taken over; stop, and acquire again`,
      )
    }
    this.#greatest = token
  }
}
