const pauseMs = 20

/**
 * Asks again and again until the answer is neither `null` nor `false`, and gives it. An error counts as no answer.
 * Gives up after `patienceMs` with what was waited for and the last error.
 */
export async function until<T>(what: string, ask: () => Promise<T | null | false> | T | null | false, patienceMs = 20_000): Promise<T> {
  const end = performance.now() + patienceMs
  let last: unknown = 'the answer was no'
  while (performance.now() < end) {
    try {
      const answer = await ask()
      if (answer !== null && answer !== false) return answer
      last = 'the answer was no'
    } catch (error) {
      last = error
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
  throw new Error(`gave up waiting until ${what}: ${last instanceof Error ? last.message : String(last)}`, { cause: last })
}
