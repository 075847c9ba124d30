import { parseArgs } from 'node:util'

export interface AppOptions {
  readonly id: number
  /** Peer endpoints by server id. */
  readonly peers: Readonly<Record<number, string>>
  /** Where this server takes clients, e.g. `synod status`. */
  readonly clientPort: number
  readonly dataDir: string
  /** The SQLite file of the job. */
  readonly table: string
  readonly everyMs: number
  readonly computeMs: number
  readonly fenced: boolean
}

export const usage = `node src/main.ts --id 1|2|3 [options]
  --peers LIST      1=ws://host:port,2=…  (default: three on 127.0.0.1, ports 7611 to 7613)
  --client-port P   where this server takes clients (default 7620 + id)
  --data-dir DIR    log of this server (default ./data/<id>)
  --table FILE      the job's own SQLite file (default ./data/report.sqlite)
  --every-ms N      pause between reports (default 1000)
  --compute-ms N    how long a report takes to compute (default 100)
  --no-fence        write without the fence: to see it go wrong
The secret of the cluster is taken from SYNOD_SECRET.`

/** Reads the command line; throws an `Error` that says what is wrong. */
export function parseOptions(argv: readonly string[]): AppOptions {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...argv],
    allowNegative: true,
    options: {
      id: text,
      peers: text,
      'client-port': text,
      'data-dir': text,
      table: text,
      'every-ms': text,
      'compute-ms': text,
      fence: { type: 'boolean', default: true },
    },
  })
  const id = wholeNumber('id', values.id)
  return {
    id,
    peers: values.peers === undefined ? loopbackPeers : parsePeers(values.peers),
    clientPort: wholeNumber('client-port', values['client-port'] ?? String(7620 + id)),
    dataDir: values['data-dir'] ?? `./data/${id}`,
    table: values.table ?? './data/report.sqlite',
    everyMs: wholeNumber('every-ms', values['every-ms'] ?? '1000'),
    computeMs: wholeNumber('compute-ms', values['compute-ms'] ?? '100'),
    fenced: values.fence,
  }
}

const loopbackPeers: Readonly<Record<number, string>> = { 1: 'ws://127.0.0.1:7611', 2: 'ws://127.0.0.1:7612', 3: 'ws://127.0.0.1:7613' }

function parsePeers(list: string): Record<number, string> {
  const peers: Record<number, string> = {}
  for (const item of list.split(',')) {
    const at = item.indexOf('=')
    if (at < 1) throw new Error(`--peers: "${item}" is not id=endpoint, e.g. 1=ws://10.0.0.1:7611`)
    peers[wholeNumber('peers', item.slice(0, at))] = item.slice(at + 1)
  }
  return peers
}

function wholeNumber(name: string, text: string | undefined): number {
  if (text !== undefined && /^\d{1,9}$/.test(text)) return Number(text)
  throw new Error(`--${name} must be a whole number${text === undefined ? '' : `, not "${text}"`}`)
}
