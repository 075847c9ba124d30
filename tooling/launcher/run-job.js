import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.js'
import { install } from './install.js'
import { bin, childEnvironment, root } from './paths.js'
import { say } from './say.js'
import { Session } from './session.js'
import { takeTurn } from './turn.js'

/**
 * Does the set-up when it is needed, builds, then runs the job on the pinned Node.js.
 *
 * @param {import('./jobs.js').Job} job
 * @param {string[]} args what the user added, for the job's script
 * @returns {Promise<number>} the exit code to end with
 */
export async function runJob(job, args) {
  const session = new Session()
  const giveBack = await takeTurn(root)
  const code = (await install(session)) || (job.build ? await build(session, job.showBuild === true) : 0)
  giveBack()
  const [script, ...first] = job.run
  if (code !== 0 || script === undefined) return code
  if (!existsSync(join(root, script))) {
    say(`${script} does not exist in this version of the repository`)
    return 2
  }
  const endWithParent = new URL('./end-with-parent.js', import.meta.url).href
  const ended = await session.run(join(bin, 'node'), ['--import', endWithParent, script, ...first, ...args], {
    cwd: root,
    env: childEnvironment(),
  })
  return ended.code
}
