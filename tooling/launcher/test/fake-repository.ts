import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const launcher = fileURLToPath(new URL('..', import.meta.url))

/** A repository in a folder of its own with the real launcher, and stand-ins for npx (which installs), turbo (which builds) and the job. */
export class FakeRepository {
  readonly root: string = mkdtempSync(join(tmpdir(), 'synod-launcher-'))
  readonly #children: ChildProcessWithoutNullStreams[] = []

  constructor() {
    cpSync(launcher, join(this.root, 'tooling/launcher'), { recursive: true, filter: (path) => !/(test|node_modules)$/.test(path) })
    for (const folder of ['tools', 'packages/synod/bin']) mkdirSync(join(this.root, folder), { recursive: true })
    this.write('package.json', '{ "type": "module" }')
    this.write('pnpm-lock.yaml', 'lock: 1')
    this.write('pnpm-workspace.yaml', 'packages: []')
    this.npx('true')
    this.job('process.exitCode = 0')
  }

  /** Writes the stand-in for npx: it notes the call, runs `shell`, and if that succeeds there are a Node.js and a turbo. */
  npx(shell: string): void {
    const bin = join(this.root, 'node_modules/.bin')
    this.program(
      'tools/npx',
      `echo "$@" >> '${this.root}/installs'
{ ${shell}; } || exit 3
mkdir -p '${bin}' && ln -sf '${process.execPath}' '${bin}/node'
printf '#!/bin/sh\\n. "${this.root}/build.sh"\\n' > '${bin}/turbo' && chmod +x '${bin}/turbo'`,
    )
    this.write('build.sh', 'true\n')
  }

  /** Writes the job that `start` runs. */
  job(source: string): void {
    this.write('packages/synod/bin/synod.js', `${source}\n`)
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.root, path), text)
  }

  program(path: string, shell: string): void {
    this.write(path, `#!/bin/sh\n${shell}\n`)
    chmodSync(join(this.root, path), 0o755)
  }

  /** The calls of npx until now, one per line. */
  installs(): string[] {
    const file = join(this.root, 'installs')
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
  }

  /** Waits until a stand-in has written a file, and gives its text. */
  async written(path: string): Promise<string> {
    for (;;) {
      const text = existsSync(join(this.root, path)) ? readFileSync(join(this.root, path), 'utf8') : ''
      if (text.endsWith('\n')) return text.trim()
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  /** Starts a command as npm would: with the stand-ins in PATH. */
  start(command: string, args: readonly string[]): Run {
    const PATH = `${join(this.root, 'tools')}${delimiter}${process.env.PATH ?? ''}`
    const child = spawn(command, args, { cwd: this.root, env: { ...process.env, PATH, npm_lifecycle_event: 'start' } })
    this.#children.push(child)
    return new Run(child)
  }

  /** Starts the launcher itself. */
  launch(...args: string[]): Run {
    return this.start(process.execPath, ['tooling/launcher/main.js', ...args])
  }

  /** Ends what is left and removes the folder. */
  remove(): void {
    for (const child of this.#children) child.kill('SIGKILL')
    rmSync(this.root, { recursive: true, force: true })
  }
}

/** A started command with everything it prints. */
export class Run {
  readonly child: ChildProcessWithoutNullStreams
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  output = ''
  #onOutput: (() => void) | undefined

  constructor(child: ChildProcessWithoutNullStreams) {
    this.child = child
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text
        this.#onOutput?.()
      })
    }
    this.ended = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })))
  }

  /** Waits until the output matches, and gives the first group. */
  async printed(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.output)
      if (found) return found[1] ?? found[0]
      await new Promise<void>((resolve) => (this.#onOutput = resolve))
    }
  }
}

/** Waits until a process is gone (a zombie whose parent does not collect it counts as gone). */
export async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0)
      if (existsSync(`/proc/${pid}/stat`) && /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return
    } catch {
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
