import { createHmac, timingSafeEqual } from 'node:crypto'

/** Which of the three steps of the handshake a proof belongs to. It is part of what is signed: no step can be answered with another. */
export type ProofRole = 'dial' | 'accept' | 'confirm'

/**
 * HMAC-SHA-256 over the role and the fields, keyed by the shared secret, as 64 hex digits. Fields are joined by line feeds; none
 * contains one. Without a secret the key is empty: then the proof protects nothing, and a server that has a secret refuses it.
 */
export function prove(secret: string, role: ProofRole, fields: readonly (string | number)[]): string {
  return createHmac('sha256', secret)
    .update(['synod peer', role, ...fields].join('\n'))
    .digest('hex')
}

/** Compares in constant time. */
export function sameProof(expected: string, actual: string): boolean {
  const a = Buffer.from(expected)
  const b = Buffer.from(actual)
  return a.length === b.length && timingSafeEqual(a, b)
}
