import { stateMachineContract } from '@synod/contract-tests'
import type { MultiOperation } from '@synod/interface/protocol'
import { createTree } from '@synod/tree'
import { encodeCommand, encodeQuery } from '@synod/tree/commands'
import type { Command } from '@synod/tree/commands'
import { encodeCommandEnvelope } from '@synod/wire'
import { describe, it } from 'vitest'
import { nonceOf, text } from './driver.ts'

/** The contract's second entry, and first command, opens this session. */
const session = 2
const data = text('x')

function send(sequence: number, command: Command): Uint8Array {
  const sessionId = sequence === 0 ? 0 : session
  return encodeCommandEnvelope({ sessionId, sequence, ackedBelow: Math.max(0, sequence - 1), operation: encodeCommand(command) })
}

function run(sequence: number, ...operations: readonly MultiOperation[]): Uint8Array {
  return send(sequence, { kind: 'transaction', operations })
}

stateMachineContract(
  { describe, it },
  {
    name: 'tree',
    create: () => createTree(),
    commands: [
      send(0, { kind: 'openSession', nonce: nonceOf('one'), timeoutMs: 5_000 }),
      run(1, { op: 'create', path: '/a/b', data, parents: true }),
      run(2, { op: 'create', path: '/a/n-', data, sequential: true, ephemeral: true }),
      run(2, { op: 'create', path: '/a/n-', data, sequential: true, ephemeral: true }),
      run(5, { op: 'create', path: '/gap' }),
      run(3, { op: 'set', path: '/a/b', data: text('changed'), version: 0 }, { op: 'check', path: '/a', version: 9 }),
      run(4, { op: 'set', path: '/a/b', data: text('changed'), version: 0 }, { op: 'create', path: '/a/c' }),
      run(0, { op: 'delete', path: '/a/c' }, { op: 'create', path: '/a/n-', sequential: true }),
      run(0, { op: 'delete', path: '/a' }),
    ],
    queries: [
      encodeQuery({ kind: 'get', path: '/a/b' }),
      encodeQuery({ kind: 'exists', path: '/a/c' }),
      encodeQuery({ kind: 'list', path: '/a', after: '', limit: 10 }),
      encodeQuery({ kind: 'session', sessionId: session, nonce: nonceOf('one') }),
    ],
    openSession: send(0, { kind: 'openSession', nonce: nonceOf('two'), timeoutMs: 5_000 }),
  },
)
