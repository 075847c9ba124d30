/** Shortest nonce of a session, in bytes: 128 random bits (amendment 26). */
export const nonceBytesMin: number = 16

/** Longest nonce of a session, in bytes. */
export const nonceBytesMax: number = 64

/** Shortest session timeout, milliseconds. What clients may wish for is narrower, and up to the server that takes their commands. */
export const sessionTimeoutMsMin: number = 1

/** Longest session timeout: a day. */
export const sessionTimeoutMsMax: number = 86_400_000

/** Most operations in one transaction. */
export const operationsMax: number = 10_000

/** Most parents that the creates of one transaction make on their way (`parents`): a short command must not become a huge entry. */
export const parentsMadeMax: number = 10_000

/** Most names in one answer to `list`; it may carry fewer, and says so with `more`. */
export const listLimitMax: number = 10_000

/** Commands of one session that may be without an acknowledged result (amendment 25). */
export const sessionWindow: number = 64
