/** Largest frame between peers, or between a client and a server: 16 MiB. A longer one is neither written nor read. */
export const frameBytesMax: number = 16 * 1024 * 1024

/**
 * Most items in the lists of one frame together (messages, entries, commands, events, rows): 262,144. Objects take more memory than
 * the bytes they are made of; this bounds by how much.
 */
export const frameItemsMax: number = 256 * 1024

/** Largest data of one node of the tree: 1 MiB (ZooKeeper: `jute.maxbuffer`). The tree and the client check it. */
export const valueBytesMax: number = 1024 * 1024

/** Largest payload of one log entry or of one forwarded command: a value of full size with its path and envelope. */
export const payloadBytesMax: number = valueBytesMax + 64 * 1024

/** Most members in one half of a configuration. */
export const membersMax: number = 1024

/** Longest text in a protocol message, in bytes of UTF-8: error messages, endpoints, paths. */
export const textBytesMax: number = 64 * 1024

/** Largest id of a server (`NodeId`). */
export const nodeIdMax: number = 65_535

/** Longest id of a snapshot, in bytes of UTF-8: `<epoch>-<index>-<hash>-<server>` has at most 115. */
export const snapshotIdBytesMax: number = 200

/** Longest nonce of a session. */
export const nonceBytesMax: number = 64
