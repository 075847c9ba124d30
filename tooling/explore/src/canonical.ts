import type { Inside } from './inside.ts'

/** Sequence numbers are given out in blocks, one for each moment of sending that a server remembers (`Peer.sentAt`). */
export const eraSize = 1_000_000
/** Microseconds; steps of a server are one apart, so that all of them between two time-outs fall into one. */
export const moment = 1_000
/** Moments; longer ago than every time-out. */
const longAgo = 100_000

/** Fields that say nothing about the future. */
const forgotten: ReadonlySet<string> = new Set([
  // Constant for the whole exploration.
  ...['options', 'timings', 'limits', 'self', 'decodeConfig'],
  // The origin of all times and of all WAL sequences is where the server is now.
  ...['now', 'walSequence', 'timerAt'],
  // Numbers of messages: links deliver in order, so that a newer one is always newer (`envelope.ts`). Reads are not explored.
  ...['outSequence', 'statusSequence', 'confirmSequence'],
  // Written for each peer, in the peer's numbering (`asked`).
  'renewalThresholds',
  // Only decide when the own Status is told to others, which is not what others hear here (`rumour`).
  ...['statusAt', 'statusDigest', 'statusBurst', 'statusBurstAt', 'answersAt', 'answersLeft'],
  // Follow from the entries.
  ...['table', 'configs'],
  // Empty between two steps.
  ...['wal', 'drafts', 'notices', 'snapshotCommands', 'install'],
])

/** Written anew when a server takes the role up, and read only in it. */
const ofRole: Readonly<Record<string, string>> = {
  heartbeatAt: 'leading',
  learntEpoch: 'leading',
  reEpochAt: 'leading',
  ledAt: 'leading',
  unconfirmedSince: 'leading',
  downGuard: 'leading',
  uncommittedBytes: 'leading',
  confirmAt: 'leading',
  progress: 'leading',
  leaderHeardAt: 'following',
  heartbeatMean: 'following',
}

const isTime = /^at$|(At|Until|Since|Guard|deadline)$/
const isSequence = /[sS]equence$/

/** Tells states of a core apart: two with the same text behave alike for ever, up to the names of moments and messages. */
export function canonical(context: Inside): string {
  return new Canonical(context).text()
}

class Canonical {
  private readonly context: Inside
  private readonly now: number
  private readonly role: string

  constructor(context: Inside) {
    this.context = context
    this.now = context['now'] as number
    this.role = context['role'] as string
  }

  text(): string {
    const peers = (context: Inside): readonly Inside[] => context['peers'] as readonly Inside[]
    const { log, ...rest } = this.context
    return [this.owned(rest), this.owned(log as Inside), ...peers(this.context).map((peer) => this.peer(peer))].join(' ')
  }

  private owned(record: Inside): string {
    let text = ''
    for (const [name, value] of Object.entries(record)) {
      if (forgotten.has(name) || name === 'peers' || (name in ofRole && ofRole[name] !== this.role)) continue
      text += `${name}:${this.field(name, value)},`
    }
    return text
  }

  private peer(peer: Inside): string {
    const { sentAt, echoSequence, seenSequence, ...rest } = peer
    const sent = (sentAt as readonly { readonly at: number }[]).map(({ at }) => this.time(at)).join(' ')
    const echo = `${eraOf(peer, echoSequence as number)} ${Math.floor((seenSequence as number) / eraSize)}`
    return `${this.owned(rest)}sent:${sent},echo:${echo},${this.orders(peer)},${this.asked(peer)},${this.started(peer)}`
  }

  private field(name: string, value: unknown): string {
    // Written for each peer, in the peer's numbering (`started`).
    if (name === 'startedAfter') return '-'
    if (typeof value === 'number') {
      if (isTime.test(name)) return this.time(value)
      if (isSequence.test(name)) return this.sequence(name, value)
      return String(value)
    }
    return this.value(value)
  }

  private value(value: unknown): string {
    if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined'
    if (value instanceof Uint8Array) return value.length > 8 ? `${value.length} bytes` : value.join('.')
    if (Array.isArray(value)) return `[${value.map((each) => this.value(each)).join(',')}]`
    if (value instanceof Set) return `(${this.sorted([...value].map((each) => this.value(each)))})`
    if (value instanceof Map) return `<${this.sorted([...value].map(([key, each]) => `${String(key)}=${this.value(each)}`))}>`
    const fields = Object.entries(value).map(([name, each]) => `${name}:${this.field(name, each)}`)
    return `{${fields.join(',')}}`
  }

  private sorted(texts: readonly string[]): string {
    return texts.toSorted().join(',')
  }

  /** The distance from now in whole moments: all that a comparison with a time-out can see (`docs/exhaustive.md`, time). */
  private time(at: number): string {
    if (at < 0) return 'never'
    const distance = Math.floor(at / moment) - Math.floor(this.now / moment)
    return distance < -longAgo ? 'long ago' : String(distance)
  }

  /** WAL sequences count from the newest one; 0 means none. */
  private sequence(name: string, value: number): string {
    if (name === 'startSequence' && this.context['started'] === true) return '-'
    return value === 0 ? '-' : String(value - (this.context['walSequence'] as number))
  }

  /** What a leader that would renew its epoch waits for: nothing more, an echo of what was sent since a moment, or of the next message. */
  private asked(peer: Inside): string {
    const threshold = (this.context['renewalThresholds'] as ReadonlyMap<number, number> | null)?.get(peer['id'] as number)
    if (threshold === undefined) return '-'
    if ((peer['confirmSequence'] as number) >= threshold) return 'confirmed'
    return threshold > (peer['outSequence'] as number) ? 'next' : String(eraOf(peer, threshold))
  }

  /** Of the last start at a follower's word: its moment, and whether anything was sent after it in that moment, with which it is echoed. */
  private started(peer: Inside): string {
    const sequence = (peer['progress'] as Inside)['startedAfter'] as number
    if (this.role !== 'leading' || sequence === 0) return '-'
    const era = eraOf(peer, sequence)
    const next = (peer['sentAt'] as readonly { readonly sequence: number }[])[era + 1]?.sequence ?? (peer['outSequence'] as number) + 1
    return `${era}${next - 1 > sequence ? '+' : ''}`
  }

  /** Which of two moments is the earlier, where the core compares them with each other. */
  private orders(peer: Inside): string {
    return String(this.role === 'leading' && (peer['confirmAt'] as number) >= (this.context['unconfirmedSince'] as number))
  }
}

/** Which of the moments that a server remembers of its sending a sequence falls into; -1 before the first. */
export function eraOf(peer: Inside, sequence: number): number {
  if (sequence === 0) return -1
  return (peer['sentAt'] as readonly { readonly sequence: number }[]).findLastIndex((each) => each.sequence <= sequence)
}
