import { execFileSync } from 'node:child_process'
import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'

const ENOUGH_DISK_BYTES = 100 * 1024 * 1024

/** The first that matches names the cause. @type {[RegExp, (found: string) => string][]} */
const causes = [
  [
    /ENOSPC|no space left|disk quota exceeded|EDQUOT/i,
    () => 'the disk is full. The set-up needs about 1 GB; free some and run the command again.',
  ],
  [
    /ERR_PNPM_OUTDATED_LOCKFILE|frozen-lockfile.*not up to date/i,
    () =>
      'pnpm-lock.yaml does not fit a package.json. Run "npx -y pnpm@12.21.0 install" and commit the new lock file together with the change.',
  ],
  [
    /EACCES|EPERM|EROFS|permission denied|read-only file system/i,
    (found) => `a file or folder could not be written (${found}). Make this folder and your npm cache writable for the user who runs this.`,
  ],
  [
    /CERT_|SELF_SIGNED|UNABLE_TO_VERIFY|unable to get local issuer/i,
    (found) =>
      `the package registry's certificate was not accepted (${found}). Behind a proxy, point NODE_EXTRA_CA_CERTS to its certificate.`,
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|META_FETCH_FAIL|network timeout|dns error|error sending request/i,
    (found) => `the package registry could not be reached (${found}). ${NETWORK_ADVICE}`,
  ],
]

const NETWORK_ADVICE =
  'Check the network, or the proxy and registry settings ("npm config list"), and run the command again: what was downloaded is kept.'

/**
 * Finds the cause of a failed installation in what the package manager printed.
 *
 * @param {string} output
 * @returns {string | undefined} the cause and the way out, or nothing when the text tells none
 */
export function explainOutput(output) {
  for (const [pattern, explain] of causes) {
    const found = pattern.exec(output)
    if (found) return explain(found[0])
  }
  return undefined
}

/**
 * Finds the cause of a failed installation by looking at the machine, for when the output went to a terminal: room on the disk, then the registry.
 *
 * @param {string} root
 * @returns {Promise<string | undefined>}
 */
export async function explainMachine(root) {
  for (const folder of [root, tmpdir()]) {
    const { bavail, bsize } = await statfs(folder)
    if (bavail * bsize < ENOUGH_DISK_BYTES) return explainOutput('ENOSPC')
  }
  const registry = configuredRegistry()
  if (process.env.https_proxy ?? process.env.HTTPS_PROXY) return undefined
  try {
    await fetch(registry, { method: 'HEAD', signal: AbortSignal.timeout(5_000) })
    return undefined
  } catch (error) {
    const cause = /** @type {{ cause?: { code?: string } }} */ (error).cause?.code ?? String(error)
    return `the package registry ${registry} could not be reached (${cause}). ${NETWORK_ADVICE}`
  }
}

function configuredRegistry() {
  return execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
}
