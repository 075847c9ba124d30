/** The oldest major version of Node.js that the launcher itself runs on. Everything after the set-up runs on the pinned one. */
export const OLDEST_LAUNCHER_NODE = 20

/**
 * Says why this Node.js cannot run the launcher.
 *
 * @param {string} version as in `process.versions.node`
 * @returns {string | undefined} the message, or nothing when the version will do
 */
export function requireNode(version) {
  const major = Number(version.split('.')[0])
  if (major >= OLDEST_LAUNCHER_NODE) return undefined
  return `Node.js ${OLDEST_LAUNCHER_NODE} or newer is needed to start, and this is ${version}. Install it from nodejs.org and run the command again.`
}
