import { join } from 'node:path'
import { bin, childEnvironment, root } from './paths.js'
import { say, seconds } from './say.js'

/** A build that takes longer than this announces itself. */
const QUIET_MS = 1_500

/**
 * Builds every package whose sources changed since it was built last; says nothing when there was nothing to do.
 *
 * @param {import('./session.js').Session} session
 * @param {boolean} show print everything
 * @returns {Promise<number>} 0, or the exit code to end with; the reason was said
 */
export async function build(session, show) {
  const started = Date.now()
  const announce = setTimeout(() => say('[2/2] building the packages that changed'), QUIET_MS)
  const { code, output } = await session.run(join(bin, 'turbo'), ['run', 'build', '--ui=stream', '--output-logs=new-only'], {
    cwd: root,
    env: childEnvironment(),
    ownGroup: true,
    capture: !show,
  })
  clearTimeout(announce)
  if (code === 0) {
    if (Date.now() - started > QUIET_MS) say(`[2/2] built in ${seconds(Date.now() - started)}`)
    return 0
  }
  if (session.ending) return code
  process.stderr.write(output)
  say(`the build failed (exit code ${code}); the errors stand above`)
  return 1
}
