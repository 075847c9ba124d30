/**
 * @typedef {object} Job
 * @property {string} does what it does, for the list of jobs
 * @property {string[]} run the script, relative to the repository, and its first arguments; what the user adds follows
 * @property {boolean} build whether the packages must be built first
 * @property {boolean} [showBuild] print what the build prints, even when all of it was cached
 */

/** Everything the launcher can do, by the name of its npm script. @type {Record<string, Job>} */
export const jobs = {
  start: { does: 'start three servers on this machine (synod dev)', run: ['packages/synod/bin/synod.js', 'dev'], build: true },
  test: { does: 'check everything, change nothing', run: ['node_modules/vitest/vitest.mjs', 'run'], build: true },
  build: { does: 'build all packages', run: [], build: true, showBuild: true },
  fix: { does: 'fix what can be fixed: lint, format', run: ['tooling/tidy/src/fix.ts'], build: false },
  sim: { does: 'simulate clusters under faults', run: ['tooling/scenarios/src/main.ts'], build: true },
  bench: { does: 'measure Synod beside ZooKeeper and etcd', run: ['tooling/bench/src/main.ts'], build: true },
  fuzz: { does: 'feed the decoders with bytes that nobody meant', run: ['tooling/fuzz/src/main.ts'], build: true },
  chaos: { does: 'real servers under faults, every call recorded and checked', run: ['tooling/chaos/src/main.ts'], build: true },
  explore: { does: 'every behaviour of three cores within small bounds', run: ['tooling/explore/src/main.ts'], build: true },
  release: { does: 'publish; with --dry-run only try it', run: ['tooling/packaging/src/release.ts'], build: true },
}

/**
 * The answer to a job that does not exist.
 *
 * @param {string} name what was asked for
 * @returns {string}
 */
export function usage(name) {
  const list = Object.entries(jobs).map(([key, job]) => `  npm run ${key.padEnd(8)} ${job.does}`)
  return [`there is no job "${name}". There are:`, ...list].join('\n')
}
