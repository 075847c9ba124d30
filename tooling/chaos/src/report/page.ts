import type { ChaosResult } from '../run.ts'
import { gapsIn, serverSpans } from './server-spans.ts'
import { overview } from './overview.ts'
import { rowsOf } from './rows.ts'
import type { Gap } from './rows.ts'
import { strip } from './strip.ts'
import { style } from './style.ts'
import { clock, escape } from './svg.ts'

/** Where a run comes from, for whoever reads its report later. */
export interface Origin {
  readonly commit: string
  /** ISO date and time of its start. */
  readonly started: string
  /** What it ran on, without a name. */
  readonly machine: string
}

/** One strip of the timeline shows so much; of a long run more, so that the page stays small. */
const stripMs = 30_000
const longStripMs = 60_000
const longRunMs = 300_000
const gapMs = 1_000

const colours: readonly (readonly [string, string])[] = [
  ['lead', 'leads (e: epoch)'],
  ['follow', 'follows'],
  ['search', 'no leader'],
  ['down', 'process is down'],
  ['stopped', 'process is stopped'],
  ['wiped', 'store taken away'],
  ['process', 'fault upon processes'],
  ['link', 'fault upon links'],
  ['write', 'write'],
  ['read', 'read'],
  ['open', 'outcome unknown'],
  ['refused', 'refused'],
]

/** The report of a run as one HTML page that needs nothing else. */
export function reportPage(result: ChaosResult, origin: Origin): string {
  const { recording, checks, anomalies } = result
  const end = recording.samples.at(-1)?.at ?? recording.now()
  const gaps = gapsIn(recording, gapMs)
  const rows = rowsOf(recording, serverSpans(recording, end), gaps)
  const length = end > longRunMs ? longStripMs : stripMs
  const strips: string[] = []
  for (let from = 0; from < end; from += length)
    strips.push(`<div class="strip" id="t${from / 1000}">${strip(rows, from, from + length)}</div>`)
  const verdict =
    anomalies === 0
      ? '<h1 class="good"><em>No anomaly</em>'
      : `<h1 class="bad"><em>${anomalies} ${anomalies === 1 ? 'anomaly' : 'anomalies'}</em>`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Synod under chaos</title><style>${style}</style></head>
<body><main>
${verdict} in ${thousands(recording.operations)} operations under ${thousands(recording.faults.length)} faults</h1>
${under(result, origin, end)}
<div class="numbers">${numbers(result, gaps, end)}</div>
<h2>What was checked</h2>
<table>${checks.map(({ name, looked, anomalies: its }) => `<tr class="${its.length === 0 ? 'good' : 'bad'}"><td class="mark">${its.length === 0 ? '✓ holds' : `✗ ${its.length}`}</td><td>${escape(name)}</td><td>${escape(looked)}</td></tr>`).join('')}</table>
${checks.flatMap(({ anomalies: its }) => its.map((one) => `<pre>${escape(one)}</pre>`)).join('\n')}
<h2>What happened</h2>
<div class="legend">${colours.map(([name, text]) => `<span><i style="background:var(--${name})"></i>${escape(text)}</span>`).join('')}<span>pale red: no write acknowledged for more than ${gapMs / 1000} s</span></div>
<div class="strip">${overview(rows, end, length)}</div>
${strips.join('\n')}
<h2>Faults</h2>
<table><tr><th>fault, upon whom</th><th class="count">times</th><th class="count">seconds</th></tr>${faultRows(result)}</table>
</main></body></html>
`
}

function under({ nodes, seed, durationMs }: ChaosResult, { commit, started, machine }: Origin, end: number): string {
  const minutes = Math.round(durationMs / 600) / 100
  const command = `npm run chaos -- --nodes ${nodes} --minutes ${minutes} --seed ${seed}`
  return `<p class="under">${nodes} real servers, each a process with a SQLite store, WebSockets between them, every link through a relay. Faults for ${clock(durationMs)} minutes, all in all ${clock(end)}. Seed ${seed}, commit <code>${escape(commit)}</code>, ${escape(started)}, ${escape(machine)}.<br>Again: <code>${command}</code>. The seed decides the faults and what clients do; time is real, so no two runs are the same.</p>`
}

function numbers({ recording }: ChaosResult, gaps: readonly Gap[], end: number): string {
  const answered = recording.registers.filter((one) => one.return !== null)
  const writes = answered.filter(({ op }) => op.kind !== 'get').map(({ call, return: at }) => (at ?? call) - call)
  const reads = recording.reads.map(({ call, return: at }) => at - call)
  const unknown = [...recording.registers, ...recording.creations].filter((one) => one.return === null).length
  const epochs = new Set(
    recording.samples.filter(({ said }) => said?.role === 'leading' && said.strength === 'established').map(({ said }) => said?.epoch),
  ).size
  const longest = gaps.reduce((most, { from, to }) => Math.max(most, to - from), 0)
  const all: [string, string][] = [
    [thousands(recording.operations), 'operations recorded'],
    [thousands(Math.round((1000 * recording.operations) / end)), 'operations per second'],
    [thousands(recording.faults.length), 'faults'],
    [String(epochs), 'epochs with a leader'],
    [`${short(median(writes))} / ${short(median(reads))} ms`, 'median write / read'],
    [String(unknown), 'writes of unknown outcome'],
    [`${(longest / 1000).toFixed(1)} s`, 'longest time without a write'],
    [String(recording.sessions), 'sessions'],
  ]
  return all.map(([value, what]) => `<div class="number"><b>${escape(value)}</b><span>${escape(what)}</span></div>`).join('')
}

function faultRows({ recording }: ChaosResult): string {
  const kinds = new Map<string, { count: number; ms: number }>()
  for (const { kind: what, who, from, to } of recording.faults) {
    const kind = `${what}: ${who}`
    const seen = kinds.get(kind) ?? { count: 0, ms: 0 }
    kinds.set(kind, { count: seen.count + 1, ms: seen.ms + to - from })
  }
  return [...kinds]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([kind, { count, ms }]) =>
        `<tr><td>${escape(kind)}</td><td class="count">${count}</td><td class="count">${(ms / 1000).toFixed(1)}</td></tr>`,
    )
    .join('')
}

/** Two digits that matter are enough. */
function short(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : ms.toFixed(0)
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function thousands(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ',')
}
