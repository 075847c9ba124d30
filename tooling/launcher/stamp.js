import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What an installation depends on, in one string: the lock file, the workspace's settings, the platform and the processor.
 *
 * @param {string} root
 * @returns {string}
 */
export function wantedStamp(root) {
  const hash = createHash('sha256')
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(join(root, file))).update('\0')
  return `${hash.digest('hex')} ${process.platform} ${process.arch}\n`
}

/**
 * Whether what is in `node_modules` was installed by the launcher for exactly this lock file on this kind of machine.
 *
 * @param {string} root
 * @returns {boolean}
 */
export function isInstalled(root) {
  const file = stampFile(root)
  if (!existsSync(file) || !existsSync(join(root, 'node_modules', '.bin', 'node'))) return false
  return readFileSync(file, 'utf8') === wantedStamp(root)
}

/**
 * Notes that the installation is complete. To be called only after the package manager has succeeded.
 *
 * @param {string} root
 */
export function writeStamp(root) {
  writeFileSync(stampFile(root), wantedStamp(root))
}

/** @param {string} root */
function stampFile(root) {
  return join(root, 'node_modules', '.synod-installed')
}
