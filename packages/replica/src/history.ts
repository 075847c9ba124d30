import type { CoreEvent, Notice } from '@synod/election-core'
import type { Epoch, Micros, NodeId } from '@synod/interface/protocol'

const LINES_MAX = 200

/** What is kept of an event until somebody asks for it: no payloads, and no text yet. */
type Line = { readonly at: Micros } & (
  | {
      readonly kind: 'message'
      readonly from: NodeId
      readonly incarnation: number
      readonly type: string
      readonly epoch: Epoch
      readonly entries: number
      readonly sequence: number
    }
  | { readonly kind: 'small'; readonly what: object }
)

/** The last events and notices of a replica: what a person reads first after it has halted. */
export class History {
  readonly #ring: Line[] = []
  #next = 0

  /** An event on its way into the core. */
  event(at: Micros, event: CoreEvent): void {
    switch (event.type) {
      case 'message': {
        const { body, sequence } = event.message
        this.#add({
          at,
          kind: 'message',
          from: event.from.id,
          incarnation: event.fromIncarnation,
          type: body.type,
          sequence,
          epoch: 'epoch' in body ? body.epoch : 0,
          entries: 'entries' in body ? body.entries.length : 0,
        })
        return
      }
      case 'propose':
        this.#add({ at, kind: 'small', what: { type: event.type, commands: event.commands.length } })
        return
      case 'snapshotRead':
        this.#add({ at, kind: 'small', what: { type: event.type, to: event.to, offset: event.offset, bytes: event.bytes.length } })
        return
      default:
        this.#add({ at, kind: 'small', what: event })
    }
  }

  notice(at: Micros, notice: Notice): void {
    this.#add({ at, kind: 'small', what: notice })
  }

  /** Oldest first, one event per line, with the time in microseconds. */
  lines(): readonly string[] {
    return this.#ring.slice(this.#next).concat(this.#ring.slice(0, this.#next)).map(describe)
  }

  #add(line: Line): void {
    this.#ring[this.#next] = line
    this.#next = (this.#next + 1) % LINES_MAX
  }
}

function describe(line: Line): string {
  if (line.kind === 'small') return `${line.at} ${JSON.stringify(line.what)}`
  const { at, from, incarnation, type, epoch, entries, sequence } = line
  return `${at} from ${from}/${incarnation}: ${type} epoch=${epoch} entries=${entries} #${sequence}`
}
