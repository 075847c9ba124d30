import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'

/** A WebSocket frame, as it was received. */
export interface RawFrame {
  readonly opcode: number
  readonly payload: Buffer
}

const opcodes = { text: 1, binary: 2, close: 8 } as const

/** A TCP connection of somebody who need not follow any protocol. */
export class RawSocket {
  readonly #socket: Socket
  readonly #chunks: Buffer[] = []
  readonly closed: Promise<unknown>

  private constructor(socket: Socket) {
    this.#socket = socket
    this.closed = once(socket, 'close')
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      this.#chunks.push(bytes)
      if (this.#frames().some(({ opcode }) => opcode === opcodes.close)) socket.end()
    })
  }

  static async to(port: number): Promise<RawSocket> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    return new RawSocket(socket)
  }

  /** A connection whose upgrade to WebSocket was sent with these headers. */
  static async upgrade(port: number, path: string, headers: Readonly<Record<string, string>>): Promise<RawSocket> {
    const raw = await RawSocket.to(port)
    const all = {
      Host: 'server',
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      ...headers,
    }
    raw.write(
      `GET ${path} HTTP/1.1\r\n${Object.entries(all)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')}\r\n`,
    )
    return raw
  }

  /** Everything received so far, as bytes. */
  get received(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  write(bytes: string | Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(bytes)
  }

  binary(payload: Uint8Array): void {
    this.#frame(opcodes.binary, payload)
  }

  /** The head of a binary frame of so many bytes, and nothing more. */
  announce(bytes: bigint): void {
    this.#head(opcodes.binary, bytes)
  }

  text(payload: string): void {
    this.#frame(opcodes.text, Buffer.from(payload))
  }

  /** Reads nothing any more. */
  stopReading(): void {
    this.#socket.pause()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  /** Status, and body behind the headers, of an HTTP answer; complete when the server has closed. */
  async answer(): Promise<{ readonly status: number; readonly body: string }> {
    await this.closed
    const [head = '', ...rest] = this.received.toString('utf8').split('\r\n\r\n')
    return { status: Number(head.split(' ')[1]), body: rest.join('\r\n\r\n') }
  }

  /** Code and reason with which the server closed the WebSocket; `null` when it just closed the connection. */
  async closing(): Promise<{ readonly code: number; readonly reason: string } | null> {
    await this.closed
    const frame = this.#frames().find(({ opcode }) => opcode === opcodes.close)
    return frame === undefined ? null : { code: frame.payload.readUInt16BE(0), reason: frame.payload.subarray(2).toString('utf8') }
  }

  /** The frames behind the answer to the upgrade. */
  #frames(): RawFrame[] {
    let bytes = this.received
    if (!bytes.includes('101 Switching Protocols')) return []
    bytes = bytes.subarray(bytes.indexOf('\r\n\r\n') + 4)
    const frames: RawFrame[] = []
    while (bytes.length >= 2) {
      const short = bytes.readUInt8(1) & 0x7f
      const [length, start] = short < 126 ? [short, 2] : short === 126 ? [bytes.readUInt16BE(2), 4] : [Number(bytes.readBigUInt64BE(2)), 10]
      frames.push({ opcode: bytes.readUInt8(0) & 0x0f, payload: bytes.subarray(start, start + length) })
      bytes = bytes.subarray(start + length)
    }
    return frames
  }

  #frame(opcode: number, payload: Uint8Array): void {
    this.#head(opcode, BigInt(payload.length))
    this.write(payload)
  }

  /** Announces a mask, and gives one of zeros. */
  #head(opcode: number, length: bigint): void {
    const head = Buffer.alloc(14)
    head.writeUInt8(0x80 | opcode, 0)
    head.writeUInt8(0x80 | 127, 1)
    head.writeBigUInt64BE(length, 2)
    this.write(head)
  }
}
