import { SynodError } from '@synod/interface'
import type { ConfigIssue } from '@synod/interface'

/** Collects what is wrong with a config, from own checks and from the parts, so that a person sees all of it at once. */
export class Issues {
  readonly #list: ConfigIssue[] = []

  /** The first complaint about a path counts: the parts repeat some of each other's checks. */
  add(path: string, message: string): void {
    if (!this.#list.some((issue) => issue.path === path)) this.#list.push({ path, message })
  }

  /** Complains about every key that is not known. */
  unknownKeys(value: object, prefix: string, known: readonly string[]): void {
    for (const key of Object.keys(value)) {
      if (!known.includes(key)) this.add(`${prefix}${key}`, `is no option; there are ${known.join(', ')}`)
    }
  }

  /**
   * Makes a part, and takes over what that part has to say of its options; `rename` gives their path in this config, or `null` for
   * what another part says better.
   */
  from<T>(make: () => T, rename: (path: string) => string | null): T | null {
    try {
      return make()
    } catch (error) {
      if (!SynodError.is(error, 'SYNOD_INVALID_CONFIG')) throw error
      for (const { path, message } of error.issues) {
        const name = path.split('.').at(-1) ?? path
        const own = rename(path)
        if (own !== null) this.add(own, message.startsWith(`${name} `) ? message.slice(name.length + 1) : message)
      }
      return null
    }
  }

  get any(): boolean {
    return this.#list.length > 0
  }

  /** Throws one `SYNOD_INVALID_CONFIG` that lists all, when there are any. */
  throwIfAny(what: string): void {
    if (this.#list.length === 0) return
    const lines = this.#list.map(({ path, message }) => `\n  ${path} ${message}`).join('')
    throw new SynodError('SYNOD_INVALID_CONFIG', `${what} cannot be used:${lines}`, { issues: this.#list })
  }
}
