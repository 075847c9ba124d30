import type { Entry, StateMachine, Zxid } from '@synod/interface/protocol'
import { RegisterMachine } from '../register-machine.ts'
import type { RegisterState } from '../register-machine.ts'
import type { Mutant } from './collect.ts'

let lives = 0

class Individual extends RegisterMachine {
  readonly life: number = (lives += 1)
  override apply(entry: Entry): Uint8Array {
    return Uint8Array.of(...super.apply(entry), this.life % 2)
  }
}

class Shapeless extends RegisterMachine {
  override hash(): string {
    return 'constant'
  }
}

class Watching extends RegisterMachine {
  override apply(entry: Entry): Uint8Array {
    this.registers.set('at', String(Date.now() > 0))
    return super.apply(entry)
  }
}

class CommandsOnly extends RegisterMachine {
  override apply(entry: Entry): Uint8Array {
    return entry.type === 'command' ? super.apply(entry) : new Uint8Array()
  }
}

class Fragile extends RegisterMachine {
  override apply(entry: Entry): Uint8Array {
    if (entry.type === 'command') JSON.parse(new TextDecoder().decode(entry.payload))
    return super.apply(entry)
  }
}

class FragileReader extends RegisterMachine {
  override query(request: Uint8Array): Uint8Array {
    JSON.parse(new TextDecoder().decode(request))
    return super.query(request)
  }
}

class WritingReader extends RegisterMachine {
  override query(request: Uint8Array): Uint8Array {
    this.registers.set('asked', String(request.length))
    return super.query(request)
  }
}

class Unmeasured extends RegisterMachine {
  override get sizeEstimate(): number {
    return Number.NaN
  }
}

class Sessionless extends RegisterMachine {
  override state(): RegisterState {
    return { ...super.state(), sessions: [] }
  }
  override sessions(): Iterable<{ id: number; timeoutMs: number; touchCount: number }> {
    return [...this.touches].map(([id, touchCount]) => ({ id, timeoutMs: 1000, touchCount }))
  }
}

class Merging extends RegisterMachine {
  override restore(bytes: Uint8Array, zxid: Zxid): void {
    const before = this.registers
    super.restore(bytes, zxid)
    for (const [key, value] of before) if (!this.registers.has(key)) this.registers.set(key, value)
  }
}

class Draining extends RegisterMachine {
  override *snapshot(): Iterable<Uint8Array> {
    yield* super.snapshot()
    this.touches.clear()
  }
}

class Credulous extends RegisterMachine {
  override restore(bytes: Uint8Array, zxid: Zxid): void {
    try {
      super.restore(bytes, zxid)
    } catch {
      this.appliedZxid = zxid
    }
  }
}

class HalfRestored extends RegisterMachine {
  override restore(bytes: Uint8Array, zxid: Zxid): void {
    this.registers.clear()
    super.restore(bytes, zxid)
  }
}

class Impatient extends RegisterMachine {
  override isCurrent(): boolean {
    return true
  }
}

/** One for each clause of the state machine's contract, and some more. */
export const machineMutants: readonly Mutant<() => StateMachine>[] = [
  { clause: 'equal entries', fault: 'answers differently in each of its lives', adapter: () => new Individual() },
  { clause: 'the hash tells', fault: 'has one hash for all states', adapter: () => new Shapeless() },
  { clause: 'apply and query see no clock', fault: 'asks for the time', adapter: () => new Watching() },
  { clause: 'every entry advances', fault: 'counts commands only', adapter: () => new CommandsOnly() },
  { clause: 'a malformed command', fault: 'throws on a malformed command', adapter: () => new Fragile() },
  { clause: 'a query never throws', fault: 'throws on a malformed query', adapter: () => new FragileReader() },
  { clause: 'a query never throws', fault: 'changes when it is asked', adapter: () => new WritingReader() },
  { clause: 'due and sizeEstimate', fault: 'has no size', adapter: () => new Unmeasured() },
  { clause: 'a restored machine', fault: 'leaves sessions out of its snapshot', adapter: () => new Sessionless() },
  { clause: 'restore replaces', fault: 'merges a snapshot into what it has', adapter: () => new Merging() },
  { clause: 'taking a snapshot', fault: 'loses its sessions to the snapshot', adapter: () => new Draining() },
  { clause: 'restore rejects', fault: 'takes anything for a snapshot', adapter: () => new Credulous() },
  { clause: 'restore rejects', fault: 'is empty after a snapshot that it refused', adapter: () => new HalfRestored() },
  { clause: 'a session ends', fault: 'expires a session by an outdated touch count', adapter: () => new Impatient() },
]
