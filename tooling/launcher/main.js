#!/usr/bin/env node
// The door of the repository: `npm start`, `npm test` and the other scripts all come through here.
// Plain JavaScript without dependencies, because nothing is installed when it runs for the first time.
import { jobs, usage } from './jobs.js'
import { requireNode } from './require-node.js'
import { runJob } from './run-job.js'
import { say } from './say.js'

const [name = '', ...args] = process.argv.slice(2)
const job = jobs[name]

const refused = requireNode(process.versions.node)
if (refused !== undefined || job === undefined) {
  say(refused ?? usage(name))
  process.exitCode = 2
} else {
  process.exitCode = await runJob(job, args)
}
