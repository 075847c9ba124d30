import type { MultiOperation } from '@synod/interface/protocol'
import { validatePath } from '@synod/tree/commands'
import type { Command } from '@synod/tree/commands'

/** A node of the model: what a person would write down. */
export interface ModelNode {
  data: string
  version: number
  cversion: number
  owner: number
  counter: number
  czxid: number
  mzxid: number
  pzxid: number
}

interface ModelSession {
  nonce: string
  next: number
  acked: number
  touches: number
  /** Every result ever given, by sequence. */
  results: Map<number, string>
}

/** What a command came to, as text: `create /a`, `set 3`, `SYNOD_NO_NODE 0`, `gap 3` … */
export type Outcome = string

class Refused extends Error {}

/**
 * The tree as simply as it can be said: plain maps, a full copy per transaction, children found by looking at every path.
 * Written against the README, not against the implementation.
 */
export class Model {
  nodes: Map<string, ModelNode> = new Map([['/', fresh(0, 0, '')]])
  sessions: Map<number, ModelSession> = new Map()
  index = 0

  apply(envelope: { sessionId: number; sequence: number; ackedBelow: number }, command: Command): Outcome {
    this.index += 1
    if (envelope.sessionId === 0) return this.alone(command)
    const session = this.sessions.get(envelope.sessionId)
    if (session === undefined) return 'SYNOD_SESSION_EXPIRED -1'
    const { sequence } = envelope
    session.touches += 1
    session.acked = Math.max(session.acked, Math.min(envelope.ackedBelow, session.next))
    if (sequence < session.acked) return 'stale'
    const known = session.results.get(sequence)
    if (known !== undefined) return known
    if (sequence >= session.acked + 64) return `window ${session.acked}`
    if (sequence > session.next) return `gap ${session.next}`
    session.next += 1
    const outcome = this.inSession(command, envelope.sessionId)
    session.results.set(sequence, outcome)
    return outcome
  }

  children(path: string): string[] {
    const prefix = path === '/' ? '/' : `${path}/`
    const names = [...this.nodes.keys()].filter((one) => one !== '/' && one.startsWith(prefix)).map((one) => one.slice(prefix.length))
    return names.filter((name) => !name.includes('/')).sort((a, b) => (a < b ? -1 : 1))
  }

  private alone(command: Command): Outcome {
    switch (command.kind) {
      case 'openSession': {
        const nonce = String(command.nonce)
        for (const [id, session] of this.sessions) {
          if (session.nonce !== nonce) continue
          session.touches += 1
          return `session ${id}`
        }
        this.sessions.set(this.index, { nonce, next: 1, acked: 1, touches: 1, results: new Map() })
        return `session ${this.index}`
      }
      case 'expireSession': {
        const session = this.sessions.get(command.sessionId)
        if (session === undefined) return 'SYNOD_SESSION_EXPIRED -1'
        return session.touches === command.touchCount ? this.end(command.sessionId) : 'SYNOD_BAD_VERSION -1'
      }
      case 'closeSession':
        return 'SYNOD_SESSION_EXPIRED -1'
      case 'transaction':
        return this.transaction(command.operations, 0)
    }
  }

  private inSession(command: Command, sessionId: number): Outcome {
    if (command.kind === 'transaction') return this.transaction(command.operations, sessionId)
    return command.kind === 'closeSession' ? this.end(sessionId) : 'SYNOD_NOT_SUPPORTED -1'
  }

  private end(sessionId: number): Outcome {
    for (const [path, node] of this.nodes) if (node.owner === sessionId) this.remove(path)
    this.sessions.delete(sessionId)
    return 'closed'
  }

  private transaction(operations: readonly MultiOperation[], sessionId: number): Outcome {
    const before = structuredClone(this.nodes)
    const done: string[] = []
    for (const operation of operations) {
      try {
        done.push(this.execute(operation, sessionId))
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        this.nodes = before
        return `${error.message} ${done.length}`
      }
    }
    return done.join(', ')
  }

  private execute(operation: MultiOperation, sessionId: number): string {
    if (operation.op === 'create') return this.create(operation, sessionId)
    const node = this.nodes.get(operation.path)
    if (node === undefined) throw new Refused(validatePath(operation.path) === null ? 'SYNOD_NO_NODE' : 'SYNOD_INVALID_PATH')
    if (operation.version !== undefined && operation.version !== node.version) throw new Refused('SYNOD_BAD_VERSION')
    if (operation.op === 'check') return 'check'
    if (operation.op === 'set') {
      node.data = String(operation.data)
      node.version += 1
      node.mzxid = this.index
      return `set ${node.version}`
    }
    if (operation.path === '/') throw new Refused('SYNOD_INVALID_PATH')
    if (this.children(operation.path).length > 0) throw new Refused('SYNOD_NOT_EMPTY')
    this.remove(operation.path)
    return 'delete'
  }

  private create(operation: Extract<MultiOperation, { op: 'create' }>, sessionId: number): string {
    const { path, sequential = false, parents = false, ephemeral = false } = operation
    if (validatePath(path, sequential) !== null) throw new Refused('SYNOD_INVALID_PATH')
    if (ephemeral && sessionId === 0) throw new Refused('SYNOD_SESSION_EXPIRED')
    if (!sequential && this.nodes.has(path)) throw new Refused('SYNOD_NODE_EXISTS')
    const parent = above(path)
    if (!this.nodes.has(parent)) {
      if (!parents) throw new Refused('SYNOD_NO_NODE')
      this.create({ op: 'create', path: parent, parents: true }, 0)
    }
    const directory = this.nodes.get(parent)
    if (directory === undefined) throw new Error('the model has lost a parent')
    if (directory.owner !== 0) throw new Refused('SYNOD_NO_CHILDREN_FOR_EPHEMERALS')
    let full = path
    if (sequential) {
      do {
        full = path + String(directory.counter).padStart(10, '0')
        directory.counter += 1
      } while (this.nodes.has(full))
    }
    this.nodes.set(full, fresh(this.index, ephemeral ? sessionId : 0, String(operation.data ?? '')))
    this.listChanged(parent)
    return `create ${full}`
  }

  private remove(path: string): void {
    this.nodes.delete(path)
    this.listChanged(above(path))
  }

  private listChanged(path: string): void {
    const node = this.nodes.get(path)
    if (node === undefined) return
    node.cversion += 1
    node.pzxid = this.index
  }
}

function fresh(index: number, owner: number, data: string): ModelNode {
  return { data, version: 0, cversion: 0, owner, counter: 0, czxid: index, mzxid: index, pzxid: index }
}

function above(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')))
}
