import type { Manifest, Workspace } from '../../src/repository.ts'

/** A workspace of the test's own making: `files` by their path inside the folder. */
export function makeWorkspace(dir: string, files: Readonly<Record<string, string>>, manifest: Manifest = {}): Workspace {
  const [kind, folder] = dir.split('/')
  const name = folder === 'synod' ? 'synod' : `@synod/${folder}`
  return {
    dir,
    kind: kind === 'apps' || kind === 'tooling' ? kind : 'packages',
    manifest: { name, ...manifest },
    files: Object.entries(files).map(([path, text]) => ({ path: `${dir}/${path}`, text })),
  }
}
