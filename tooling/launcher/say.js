/**
 * Prints one line of the launcher itself, on stderr: stdout belongs to the job.
 *
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`synod: ${line}\n`)
}

/**
 * A duration as people read it.
 *
 * @param {number} milliseconds
 * @returns {string} `0.4 s`, `12 s`, `1 min 20 s`
 */
export function seconds(milliseconds) {
  if (milliseconds < 10_000) return `${(milliseconds / 1000).toFixed(1)} s`
  const whole = Math.round(milliseconds / 1000)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}
