import type { ReplicaHandle } from '@synod/interface'

/** One thing that must be so for a server to serve. */
export interface HealthCheck {
  readonly name: string
  readonly ok: boolean
  /** What is missing; read by people. */
  readonly message: string
}

/** The checks at this moment, in the order in which they are shown. */
export type HealthSource = () => readonly HealthCheck[]

/** A replica is ready when it runs, leads or follows a leader, and has applied something. */
export function replicaHealth(replica: ReplicaHandle): HealthSource {
  return () => {
    const { stopped, halted, role, strength, leader, appliedZxid } = replica.status()
    const running = !stopped && halted === null
    const led = role === 'leading' ? strength !== 'none' && strength !== 'elected' : role === 'following' && leader !== null
    return [
      { name: 'replica', ok: running, message: halted === null ? 'it is stopped' : `it has halted: ${halted.message}` },
      { name: 'leader', ok: led, message: `it hears no leader (its role is ${role})` },
      { name: 'applied', ok: appliedZxid.index > 0, message: 'it has applied nothing yet' },
    ]
  }
}

/** The body of `/readyz?verbose`. */
export function describeHealth(checks: readonly HealthCheck[]): string {
  const lines = checks.map(({ name, ok, message }) => (ok ? `[+]${name} ok` : `[-]${name} failed: ${message}`))
  return [...lines, checks.every(({ ok }) => ok) ? 'readyz check passed' : 'readyz check failed', ''].join('\n')
}
