import type { MessagePort } from 'node:worker_threads'
import type { ClientLink } from '@synod/interface'

/** What travels through a port beside frames. */
type Control = { readonly type: 'taken'; readonly bytes: number } | { readonly type: 'close'; readonly reason: string }

export interface PortLinkHandlers {
  onFrame(frame: Uint8Array): void
  /** Called once. */
  onClosed(error: Error): void
}

/** One end of a client's connection between two threads: ordered, whole frames; what the other end has not taken yet is counted. */
export class PortLink implements ClientLink {
  readonly #port: MessagePort
  #handlers: PortLinkHandlers | null = null
  #bufferedBytes = 0
  #closed = false

  constructor(port: MessagePort) {
    this.#port = port
  }

  get bufferedBytes(): number {
    return this.#bufferedBytes
  }

  /** Frames come from now on. */
  start(handlers: PortLinkHandlers): void {
    this.#handlers = handlers
    this.#port.on('message', (message: Uint8Array | Control) => this.#onMessage(message))
    this.#port.on('close', () => this.#end(new Error('the other thread has gone')))
  }

  send(frame: Uint8Array): void {
    if (this.#closed) return
    this.#bufferedBytes += frame.length
    // A clone of a view is a clone of all the memory behind it.
    this.#port.postMessage(frame.byteLength === frame.buffer.byteLength ? frame : frame.slice())
  }

  close(reason: string): void {
    if (this.#closed) return
    this.#tell({ type: 'close', reason })
    const error = new Error(reason)
    setImmediate(() => this.#end(error))
  }

  #onMessage(message: Uint8Array | Control): void {
    if (this.#closed) return
    if (message instanceof Uint8Array) {
      this.#tell({ type: 'taken', bytes: message.length })
      this.#handlers?.onFrame(message)
    } else if (message.type === 'taken') this.#bufferedBytes -= message.bytes
    else this.#end(new Error(message.reason))
  }

  #tell(control: Control): void {
    this.#port.postMessage(control)
  }

  #end(error: Error): void {
    if (this.#closed) return
    this.#closed = true
    this.#port.close()
    this.#handlers?.onClosed(error)
  }
}
