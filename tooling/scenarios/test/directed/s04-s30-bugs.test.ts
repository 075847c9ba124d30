import { describe, expect, it } from 'vitest'
import type { Mutation } from '../../src/mutation.ts'
import { traceWithBug } from './trace-with-bug.ts'

/** The mutation of that name, or a change to a module of the core: title, file, what is found, what takes its place. */
type Mistake = string | readonly [title: string, file: string, find: string, replace: string]

/** A trace, ZooKeeper's mistake as it would be here, and what the trace's outcome contains then. */
const bugs: readonly (readonly [trace: string, mistake: Mistake, shows: string])[] = [
  [
    's04-acknowledgements-out-of-order',
    [
      'A leader halts at an acknowledgement below an earlier one.',
      'replication',
      'progress.match = Math.max(progress.match, index);',
      "if (index > 0 && index < progress.match)\n        halt(context, 'S4', 'confused');\n    progress.match = Math.max(progress.match, index);",
    ],
    'differs',
  ],
  ['s05-old-writes-in-flight', 'vote-from-memory', 'I10'],
  [
    's07-synchronized-server-synchronizes-another',
    [
      'What a new leader sends begins one entry too late.',
      'log',
      'return Math.min(row.lastIndex, theirs.lastIndex);',
      'return Math.min(row.lastIndex, theirs.lastIndex + 1);',
    ],
    'differs',
  ],
  [
    's08-deposed-leader-with-entries-of-its-own',
    [
      'A follower keeps an entry of its own where the leader sends another.',
      'follower',
      'if (context.log.epochAt(entry.index) !== entry.epoch) {',
      'if (context.log.epochAt(entry.index) < 0) {',
    ],
    'I6',
  ],
  ['s08-deposed-leader-with-entries-of-its-own', 'recovery-ignores-truncation', 'cannot recover'],
  ['s16-wiped-one-after-the-other', 'wiped-server-votes', 'differs'],
  [
    's17-cut-across-epochs',
    [
      'The common part of two logs is reckoned without the last entry.',
      'log',
      'return Math.min(row.lastIndex, theirs.lastIndex);',
      'return Math.max(0, Math.min(row.lastIndex, theirs.lastIndex) - 1);',
    ],
    'differs',
  ],
  [
    's17-cut-across-epochs',
    [
      'The common part of two logs is reckoned by index, whatever the epoch.',
      'log',
      'const theirs = row && other.epochTable.find((each) => each.epoch === row.epoch);',
      'const theirs = row && (other.epochTable.find((each) => each.epoch === row.epoch) ?? other.epochTable.at(-1));',
    ],
    'differs',
  ],
  ['s17-cut-across-epochs', 'recovery-ignores-truncation', 'cannot recover'],
  ['s19-elected-and-gone-without-an-entry', 'promise-lost-at-restart', 'I11'],
  [
    's20-followers-with-different-promises',
    [
      'A candidate goes by its own promise alone.',
      'campaign',
      'const known = pool.map((id) => peerOf(context, id)?.status?.promisedEpoch ?? 0);',
      'const known = [0];',
    ],
    'differs',
  ],
  [
    's23-leader-dies-while-a-better-vote-is-awaited',
    [
      'Nobody campaigns while a better voter is away.',
      'canvass',
      'const missing = voterIds(context.log.config).filter((id) => !reach.includes(id));',
      'const missing = voterIds(context.log.config).filter((id) => !reach.includes(id));\n    if (missing.some((id) => id > context.self))\n        return false;',
    ],
    'differs',
  ],
  [
    's24-rolling-restarts-below-a-stable-leader',
    [
      'A server that comes back does not greet the leader that it hears.',
      'canvass',
      'if (status.leader?.alive === true && isFresh(context, peer))',
      'if (status.leader?.alive === true && isFresh(context, peer) && context.incarnation === 1)',
    ],
    'differs',
  ],
  ['s30-proposals-while-a-follower-joins', 'always-truncate', 'I9'],
  [
    's30-proposals-while-a-follower-joins',
    [
      'A follower stores its last entry again when it comes again.',
      'follower',
      'if (entry.index > context.log.lastIndex) {',
      'if (entry.index >= context.log.lastIndex && entry.index > 1) {',
    ],
    'I10',
  ],
]

describe('a trace of one of ZooKeeper’s bugs fails when the bug is put in', () => {
  const named = bugs.map(([trace, mistake, shows]) => ({ trace, mistake, shows, what: typeof mistake === 'string' ? mistake : mistake[0] }))

  it.each(named)('$trace: $what', async ({ trace, mistake, shows }) => {
    expect(await traceWithBug(trace, mutationOf(mistake))).toContain(shows)
  })
})

function mutationOf(mistake: Mistake): string | Mutation {
  if (typeof mistake === 'string') return mistake
  const [title, file, find, replace] = mistake
  return { title, module: `election-core/dist/${file}.js`, find, replace }
}
