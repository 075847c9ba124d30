import { SynodError } from '@synod/interface'

/** The path of a recipe's parent node, unchanged. Throws `SYNOD_INVALID_PATH` for one that could not have children or is the root. */
export function checkPath(path: string): string {
  if (typeof path !== 'string') throw new TypeError(`path must be a string, not ${typeof path}`)
  if (!path.startsWith('/') || path.length < 2 || path.endsWith('/') || path.includes('//')) {
    throw new SynodError('SYNOD_INVALID_PATH', `${JSON.stringify(path)} is no path of a node: write it like "/locks/invoice-42"`)
  }
  return path
}
