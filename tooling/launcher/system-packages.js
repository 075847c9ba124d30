import { execFileSync, spawnSync } from 'node:child_process'
import { say } from './say.js'

/**
 * Makes sure that packages of the operating system are installed (Debian and its kin), for the benchmark and the tests that run ZooKeeper and etcd.
 * Installs nothing that is there already, and asks for no password.
 *
 * @param {string[]} packages their names in the distribution, such as `['zookeeper', 'etcd-server']`
 * @returns {{ ok: true } | { ok: false, missing: string[], reason: string }} what is missing, why, and the command that a person can run
 */
export function ensure(packages) {
  const missing = packages.filter((name) => !isInstalled(name))
  if (missing.length === 0) return { ok: true }
  const byHand = `run "apt-get install --no-install-recommends ${missing.join(' ')}" as root`
  if (spawnSync('apt-get', ['--version']).error)
    return { ok: false, missing, reason: `this system has no apt-get; install ${missing.join(', ')} another way` }
  const prefix = asRoot()
  if (prefix === undefined) return { ok: false, missing, reason: `installing needs root, or sudo without a password; ${byHand}` }
  say(`installing ${missing.join(', ')} with apt-get`)
  for (const args of [
    ['update', '-q'],
    ['install', '-y', '-q', '--no-install-recommends', ...missing],
  ]) {
    const failure = aptGet([...prefix, 'apt-get', ...args])
    if (failure !== undefined) return { ok: false, missing, reason: `"apt-get ${args.join(' ')}" failed: ${failure}; ${byHand}` }
  }
  return { ok: true }
}

/** @param {string} name */
function isInstalled(name) {
  const asked = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Status}', name], { encoding: 'utf8' })
  return asked.status === 0 && asked.stdout === 'installed'
}

/** @returns {string[] | undefined} the words before a command that make it run as root, or nothing when that cannot be done */
function asRoot() {
  if (process.getuid?.() === 0) return []
  try {
    execFileSync('sudo', ['-n', 'true'], { stdio: 'ignore' })
    return ['sudo', '-n', '--preserve-env=DEBIAN_FRONTEND,RUNLEVEL']
  } catch {
    return undefined
  }
}

/**
 * Runs apt-get without questions and without starting the services that it installs.
 *
 * @param {string[]} words
 * @returns {string | undefined} the last lines of its complaint
 */
function aptGet([command = '', ...args]) {
  const ended = spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' } })
  if (ended.status === 0) return undefined
  const complaint = ended.error?.message ?? `${ended.stdout}${ended.stderr}`
  return complaint.trim().split('\n').slice(-3).join(' / ')
}
