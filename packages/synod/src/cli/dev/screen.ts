/** Lines that stay at the bottom of a terminal, below everything that is said. */
export class Screen {
  readonly #out: NodeJS.WriteStream
  #live: readonly string[] = []

  constructor(out: NodeJS.WriteStream) {
    this.#out = out
  }

  /** Says something, above the live lines. */
  say(lines: readonly string[]): void {
    this.#out.write(`${this.#erase()}${lines.map((line) => `${line}\n`).join('')}${this.#draw()}`)
  }

  /** Replaces the live lines. */
  show(lines: readonly string[]): void {
    if (lines.length === this.#live.length && lines.every((line, index) => line === this.#live[index])) return
    const erase = this.#erase()
    this.#live = lines
    this.#out.write(`${erase}${this.#draw()}`)
  }

  #erase(): string {
    return this.#live.length === 0 ? '' : `\u001B[${this.#live.length}A\r\u001B[J`
  }

  /** A line that wraps would break the count. */
  #draw(): string {
    const width = this.#out.columns > 0 ? this.#out.columns : 80
    return this.#live.map((line) => `${line.slice(0, width - 1)}\n`).join('')
  }
}
