/** Where progress goes: a terminal shows one line that changes, anything else gets a line for every step. */
export interface ProgressOutput {
  readonly isTTY?: boolean
  write(text: string): unknown
}

/** Tells what is measured and how long it will take: what is done, and about how many seconds are left. */
export class Progress {
  readonly #output: ProgressOutput
  #secondsLeft: number

  constructor(output: ProgressOutput, secondsAll: number) {
    this.#output = output
    this.#secondsLeft = secondsAll
  }

  /** Shows a step while it runs. `seconds` is about how long it takes; it was part of `secondsAll`. */
  async during<T>(label: string, seconds: number, step: () => Promise<T>): Promise<T> {
    const started = performance.now()
    const show = (): void => this.#show(label, Math.max(0, this.#secondsLeft - (performance.now() - started) / 1000))
    show()
    const timer = this.#output.isTTY === true ? setInterval(show, 1_000) : undefined
    try {
      return await step()
    } finally {
      clearInterval(timer)
      this.skip(seconds)
      if (this.#output.isTTY === true) this.#output.write('\r\u001b[2K')
    }
  }

  /** Takes a step that will not run out of the estimate. */
  skip(seconds: number): void {
    this.#secondsLeft -= seconds
  }

  /** A line that stays. */
  say(line: string): void {
    this.#output.write(`${line}\n`)
  }

  #show(label: string, left: number): void {
    const text = `${label} (about ${timeText(left)} left)`
    this.#output.write(this.#output.isTTY === true ? `\r\u001b[2K${text}` : `${text}\n`)
  }
}

/** `95` becomes `1 min 35 s`. */
export function timeText(seconds: number): string {
  const whole = Math.ceil(seconds)
  const minutes = Math.floor(whole / 60)
  return minutes === 0 ? `${whole} s` : `${minutes} min ${whole % 60} s`
}
