/** How often each thing happened, by name: what a run has exercised. */
export class Coverage {
  readonly #counts: Map<string, number> = new Map()

  add(name: string, count = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count)
  }

  get(name: string): number {
    return this.#counts.get(name) ?? 0
  }

  /** Keeps the greatest value seen. */
  most(name: string, value: number): void {
    this.#counts.set(name, Math.max(this.#counts.get(name) ?? 0, value))
  }

  /** Sorted by name. */
  toObject(): Readonly<Record<string, number>> {
    return Object.fromEntries(Array.from(this.#counts).sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}
