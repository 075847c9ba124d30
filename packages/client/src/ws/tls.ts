import { createSecureContext } from 'node:tls'
import type { ConfigIssue } from '@synod/interface'

/** Certificates and keys as PEM text or bytes; the same shape as between servers. */
export interface TlsOptions {
  /** Own certificate, with its intermediates. */
  readonly cert?: string | Uint8Array | undefined
  /** Private key of `cert`. */
  readonly key?: string | Uint8Array | undefined
  /** Who signs the other side's certificates. Default: the authorities that Node.js trusts. Required with `requestClientCert`. */
  readonly ca?: string | Uint8Array | undefined
  /** At a server, mutual TLS: a client without a certificate signed by `ca` is turned away. Default false. */
  readonly requestClientCert?: boolean | undefined
}

const names = ['cert', 'key', 'ca', 'requestClientCert']

/** What is wrong with the TLS options of a server or of a client. */
export function tlsIssues(tls: TlsOptions | undefined, side: 'server' | 'client'): ConfigIssue[] {
  if (tls === undefined) return []
  const issues: ConfigIssue[] = []
  for (const key of Object.keys(tls))
    if (!names.includes(key)) issues.push({ path: `tls.${key}`, message: `is no option; they are ${names.join(', ')}` })
  if ((tls.cert === undefined) !== (tls.key === undefined)) issues.push({ path: 'tls', message: 'must have cert and key together' })
  if (side === 'server' && tls.cert === undefined) issues.push({ path: 'tls.cert', message: 'must be given with tls.key for a server' })
  if (tls.requestClientCert === true && tls.ca === undefined)
    issues.push({ path: 'tls.ca', message: 'must be given with tls.requestClientCert' })
  if (issues.length === 0) issues.push(...unusable(tls))
  return issues
}

function unusable(tls: TlsOptions): ConfigIssue[] {
  try {
    createSecureContext(pems(tls))
    return []
  } catch (error) {
    return [{ path: 'tls', message: `cannot be used: ${error instanceof Error ? error.message : String(error)}` }]
  }
}

/** Certificates, key and authorities in the form that Node.js takes. */
export function pems(tls: TlsOptions): { ca?: string | Buffer; cert?: string | Buffer; key?: string | Buffer } {
  return { ...pem('ca', tls.ca), ...pem('cert', tls.cert), ...pem('key', tls.key) }
}

function pem(name: 'ca' | 'cert' | 'key', value: string | Uint8Array | undefined): { [name: string]: string | Buffer } {
  if (value === undefined) return {}
  return { [name]: typeof value === 'string' ? value : Buffer.from(value) }
}
