import { encodeServerMessages } from '@synod/wire'
import type { ServerMessage } from '@synod/wire'
import type { ClientLink } from '@synod/interface'

/** A frame is cut when its messages exceed this; a single message may be longer. */
const frameBytesGoal = 512 * 1024

/** What one client is told in one turn of the event loop: one frame, or few when it is much. */
export class ReplyQueue {
  readonly #link: ClientLink
  readonly #onUnsendable: (reason: string) => void
  #messages: ServerMessage[] = []
  #bytes = 0

  /** `onUnsendable`: the messages of this turn make no frame, whatever they are; they are dropped. */
  constructor(link: ClientLink, onUnsendable: (reason: string) => void) {
    this.#link = link
    this.#onUnsendable = onUnsendable
  }

  get empty(): boolean {
    return this.#messages.length === 0
  }

  /** `bytes` estimates the message's size where it is not small. */
  add(message: ServerMessage, bytes: number = 0): void {
    if (this.#bytes + bytes > frameBytesGoal) this.flush()
    this.#messages.push(message)
    this.#bytes += bytes
  }

  flush(): void {
    const messages = this.#messages
    if (messages.length === 0) return
    this.#messages = []
    this.#bytes = 0
    let frame: Uint8Array
    try {
      frame = encodeServerMessages(messages)
    } catch (error) {
      this.#onUnsendable(error instanceof Error ? error.message : String(error))
      return
    }
    this.#link.send(frame)
  }

  clear(): void {
    this.#messages = []
    this.#bytes = 0
  }
}
