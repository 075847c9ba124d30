/** Shortest nonce of a session, in bytes: 128 random bits (amendment 26). */
export const nonceBytesMin: number = 16

/** Longest nonce of a session, in bytes. */
export const nonceBytesMax: number = 64

/** Most operations in one transaction. */
export const operationsMax: number = 10_000

/** Most names in one answer to `list`; it may carry fewer, and says so with `more`. */
export const listLimitMax: number = 10_000

/** Commands of one session that may be without an acknowledged result (amendment 25). */
export const sessionWindow: number = 64
