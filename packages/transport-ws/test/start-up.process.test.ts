import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

it('does not load the WebSocket client of the runtime, which is never used', () => {
  const program =
    "await import('@synod/transport-ws'); console.log(process.moduleLoadList.filter((name) => name.includes('undici')).length)"
  const cwd = fileURLToPath(new URL('..', import.meta.url))
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { cwd, encoding: 'utf8' })
  expect(printed.trim()).toBe('0')
})
