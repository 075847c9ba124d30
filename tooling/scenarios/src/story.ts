import { seedText } from '@synod/sim'
import type { ShrinkResult } from './shrink.ts'

/** What a reader of a trace must know first. */
export function legendOf(seed: bigint, nodes: number): string {
  return [
    `seed ${seedText(seed)}, ${nodes} servers. Time in ms of true time, who, what:`,
    '  1, 2 …: a server; c1.1: client c1 in its first life; sim: the simulator (+ … s: a fault of the schedule)',
    '  → 2 Append …: a message to server 2; zxids are epoch.index; promised=epoch→candidate',
    '',
  ].join('\n')
}

/** What shrinking came to, with the options that `createSimulation` takes. */
export function describeShrunk({ shrunk, invariant, message, runs, faultsBefore }: ShrinkResult): string {
  if (shrunk === null) return 'nothing to shrink: this seed does not fail'
  const { seed, nodes, clients, faultsMs, theme, schedule } = shrunk
  return [
    `shrunk to ${schedule.length} of ${faultsBefore} faults, ${nodes} servers, ${clients} clients, ${faultsMs} ms in ${runs} runs: ` +
      `${invariant}: ${message.split('\n')[0]}`,
    'createSimulation({',
    `  seed: '${seedText(seed)}', nodes: ${nodes}, clients: ${clients}, faultsMs: ${faultsMs},${theme === null ? '' : ` theme: '${theme}',`}`,
    '  schedule: [',
    ...schedule.map((action) => `    ${JSON.stringify(action)},`),
    '  ],',
    '})',
  ].join('\n')
}
