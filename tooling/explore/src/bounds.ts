/** How far the exploration goes. Each number counts over the whole behaviour, not per server. */
export interface Bounds {
  /** Where behaviours begin: three connected servers that look for a leader, or two that follow an established leader of epoch 2. */
  readonly from: 'looking' | 'led by 1' | 'led by 2' | 'led by 3'
  /** Epochs above this are not entered. */
  readonly epochs: number
  readonly writes: number
  /** How often a server is led to believe that another would support it. */
  readonly campaigns: number
  /** Crashes, each followed by a restart or not. */
  readonly crashes: number
  /** Only this server crashes; 0 = any. Cuts a scope of one crash into three. */
  readonly crashOf: number
  /** Only when exactly so many writes were asked for; 9 = whenever. Cuts a scope of one crash and n writes into n + 1. */
  readonly crashAfter: number
  /** Connections that break, with the loss of whatever was on its way. */
  readonly breaks: number
  /** Single messages that vanish from a connection that stays. */
  readonly losses: number
  /** Time-outs: a server's clock goes to its next deadline. */
  readonly timers: number
  /** Disks take their time only as long as a crash may still come; afterwards a server's writes are durable before anything else happens. */
  readonly slowDisks: 'always' | 'before a crash'
}
