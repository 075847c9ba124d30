import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

let tools: string
beforeEach(() => {
  tools = mkdtempSync(join(tmpdir(), 'synod-apt-'))
  symlinkSync('/bin/sh', join(tools, 'sh'))
})
afterEach(() => rmSync(tools, { recursive: true, force: true }))

/** Writes a stand-in for a program of the system. */
function program(name: string, shell: string): void {
  writeFileSync(join(tools, name), `#!/bin/sh\n${shell}\n`)
  chmodSync(join(tools, name), 0o755)
}

/** Calls `ensure` in a process that finds the stand-ins only, as root or not. */
function ensure(packages: string[], user = 0): { ok: boolean; missing?: string[]; reason?: string } {
  const source = `
    process.getuid = () => ${user}
    const { ensure } = await import(${JSON.stringify(new URL('../system-packages.js', import.meta.url).href)})
    console.log(JSON.stringify(ensure(${JSON.stringify(packages)})))`
  const ended = spawnSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8', env: { PATH: tools } })
  expect(ended.status, ended.stderr).toBe(0)
  return JSON.parse(ended.stdout)
}

/** dpkg knows `present`, and what apt-get was asked to install. */
function debian(present: string): void {
  program('dpkg-query', `eval last=\\\${$#}; case " ${present} " in *" $last "*) printf installed ;; *) exit 1 ;; esac`)
  program('apt-get', `echo "$@" >> '${tools}/calls'`)
}

const calls = (): string => (existsSync(join(tools, 'calls')) ? readFileSync(join(tools, 'calls'), 'utf8') : '')

test('what is there already is not installed', () => {
  debian('zookeeper etcd-server')
  expect(ensure(['zookeeper', 'etcd-server'])).toEqual({ ok: true })
  expect(calls()).toBe('')
})

test('what is missing is installed, after one update', () => {
  debian('zookeeper')
  expect(ensure(['zookeeper', 'etcd-server', 'other'])).toEqual({ ok: true })
  expect(calls()).toBe('--version\nupdate -q\ninstall -y -q --no-install-recommends etcd-server other\n')
})

test('without root it uses a sudo that asks for no password', () => {
  debian('')
  program('sudo', 'echo "sudo $*" >> ' + `'${tools}/calls'`)
  expect(ensure(['etcd-server'], 1000)).toEqual({ ok: true })
  expect(calls()).toContain('sudo -n --preserve-env=DEBIAN_FRONTEND,RUNLEVEL apt-get install')
})

test('when it cannot, it says what is missing and what a person can do', () => {
  debian('')
  expect(ensure(['etcd-server'], 1000)).toEqual({
    ok: false,
    missing: ['etcd-server'],
    reason: expect.stringMatching(/needs root.*apt-get install.*etcd-server/),
  })
  program('apt-get', 'echo "E: Unable to locate package" >&2; exit 100')
  expect(ensure(['etcd-server']).reason).toMatch(/apt-get update.*failed: E: Unable to locate package/)
})

test('without apt-get it says so', () => {
  expect(ensure(['etcd-server']).reason).toMatch(/no apt-get.*etcd-server/)
})
