import { seedText } from '@synod/sim'

/** What a reader of a trace must know first. */
export function legendOf(seed: bigint, nodes: number): string {
  return [
    `seed ${seedText(seed)}, ${nodes} servers. Time in ms of true time, who, what:`,
    '  1, 2 …: a server; c1.1: client c1 in its first life; sim: the simulator (+ … s: a fault of the schedule)',
    '  → 2 Append …: a message to server 2; zxids are epoch.index; promised=epoch→candidate',
    '',
  ].join('\n')
}
