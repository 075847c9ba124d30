import type { ConfigIssue } from '@synod/interface'

/** Certificates and keys as PEM text. */
export interface TlsOptions {
  /** Authorities that the other side's certificate must come from. At a server it makes client certificates mandatory (mutual TLS). */
  readonly ca?: string
  /** Own certificate, with intermediates. */
  readonly cert?: string
  /** Private key of `cert`. */
  readonly key?: string
}

/** What is wrong with the TLS options of a server or of a client. */
export function tlsIssues(tls: TlsOptions | undefined, side: 'server' | 'client'): ConfigIssue[] {
  if (tls === undefined) return []
  const issues: ConfigIssue[] = []
  for (const key of Object.keys(tls)) if (!['ca', 'cert', 'key'].includes(key)) issues.push({ path: `tls.${key}`, message: 'is no option; they are ca, cert, key' })
  if ((tls.cert === undefined) !== (tls.key === undefined)) issues.push({ path: 'tls', message: 'must have cert and key together' })
  if (side === 'server' && tls.cert === undefined) issues.push({ path: 'tls.cert', message: 'must be given with tls.key for a server' })
  return issues
}

/** Those of the three that are given. */
export function pems(tls: TlsOptions): { ca?: string; cert?: string; key?: string } {
  return {
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
  }
}
