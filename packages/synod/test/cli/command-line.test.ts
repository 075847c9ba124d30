import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { SynodError } from '@synod/interface'
import { parseZxid } from '../../dist/cli/commands/watch.js'
import { completionScript } from '../../dist/cli/completion/completion.js'
import { CliError, exitCodeOf, exitCodes, signalExitCode } from '../../dist/cli/exit-codes.js'
import { jsonValue, table, textOf } from '../../dist/cli/output.js'
import { buildProgram } from '../../dist/cli/program/build-program.js'
import { seconds, wholeNumber } from '../../dist/cli/program/numbers.js'

const program = buildProgram(() => {})

describe('the command line', () => {
  it('describes every command, argument and option', () => {
    for (const command of program.commands) {
      expect(command.description(), command.name()).not.toBe('')
      for (const option of command.options) if (!option.hidden) expect(option.description, `${command.name()} ${option.flags}`).not.toBe('')
    }
  })

  it.each(['bash', 'zsh', 'fish'])('is completed in %s', (shell) => {
    const script = completionScript(program, shell)
    for (const word of ['dev', 'lock', '--session-timeout'.slice(2), 'json']) expect(script).toContain(word)
    expect(script).not.toContain('supervised')
    const checked = spawnSync(shell, ['-n'], { input: script, encoding: 'utf8' })
    if (checked.error === undefined) expect(checked.stderr).toBe('')
  })

  it('completes no other shell', () => {
    expect(() => completionScript(program, 'cmd')).toThrow('bash, zsh and fish')
  })
})

describe('exit codes', () => {
  it('tell the kinds of failure apart', () => {
    const code = (name: ConstructorParameters<typeof SynodError>[0]): number => exitCodeOf(new SynodError(name, ''))
    expect([
      code('SYNOD_NO_NODE'),
      code('SYNOD_NO_QUORUM'),
      code('SYNOD_BAD_VERSION'),
      code('SYNOD_OUTCOME_UNKNOWN'),
      code('SYNOD_STORAGE_CORRUPT'),
    ]).toEqual([3, 4, 5, 6, 11])
    expect(exitCodeOf(new Error('x'))).toBe(exitCodes.failed)
    expect(exitCodeOf(new CliError(7, 'x'))).toBe(7)
    expect(signalExitCode('SIGTERM')).toBe(143)
  })
})

describe('values', () => {
  it('are text in JSON when they are UTF-8, else base64', () => {
    expect(jsonValue(Buffer.from('é'))).toEqual({ value: 'é' })
    expect(jsonValue(Uint8Array.of(0xff))).toEqual({ base64: '/w==' })
    expect(textOf(new Uint8Array())).toBe('')
  })

  it('are read strictly from arguments', () => {
    expect(wholeNumber('--count', '12')).toBe(12)
    expect(seconds('--wait', '0.25')).toBe(250)
    expect(parseZxid('3.128')).toEqual({ epoch: 3, index: 128 })
    for (const wrong of ['', '-1', '1.5', 'x']) expect(() => wholeNumber('--count', wrong)).toThrow('--count')
    for (const wrong of ['', '-1', 'x']) expect(() => seconds('--wait', wrong)).toThrow('--wait')
    expect(() => parseZxid('128')).toThrow('--from')
  })

  it('stand in columns', () => {
    expect(
      table([
        ['A', 'BB'],
        ['long', 'x'],
      ]),
    ).toEqual(['A     BB', 'long  x'])
  })
})
