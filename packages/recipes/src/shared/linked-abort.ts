/** A controller that also aborts, with the same reason, when one of the signals it is linked to does. */
export interface LinkedAbort extends Disposable {
  readonly signal: AbortSignal
  abort(reason?: unknown): void
}

/**
 * `AbortSignal.any` with an end: disposing removes the listeners, so that thousands of waits over the life of one session
 * leave nothing behind on its signal.
 */
export function linkedAbort(...sources: readonly (AbortSignal | undefined)[]): LinkedAbort {
  const controller = new AbortController()
  const unlinks: (() => void)[] = []
  for (const source of sources) {
    if (source === undefined) continue
    if (source.aborted) {
      controller.abort(source.reason)
      break
    }
    const onAbort = (): void => controller.abort(source.reason)
    source.addEventListener('abort', onAbort, { once: true })
    unlinks.push(() => source.removeEventListener('abort', onAbort))
  }
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    [Symbol.dispose]: () => {
      for (const unlink of unlinks) unlink()
    },
  }
}
