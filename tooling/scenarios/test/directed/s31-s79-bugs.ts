import type { Mutation } from '../../src/mutation.ts'

/** A trace, a mistake in the product, and how the trace shows it: a text that its outcome contains. */
export interface Bug {
  readonly trace: string
  /** Of `tooling/scenarios/mutations`, or one that only this trace needs. */
  readonly mutation: string | Mutation
  readonly shows: string
}

function core(file: string, change: readonly [title: string, find: string, replace: string]): Mutation {
  const [title, find, replace] = change
  return { title, module: `election-core/dist/${file}.js`, find, replace }
}

/** Mistakes that other systems have made, each put in where this one could make it. */
export const bugs: readonly Bug[] = [
  { trace: 's31-old-entries-are-not-committed-by-counting', mutation: 'prior-epoch-commit', shows: 'I7' },
  {
    trace: 's35-who-led-before-leads-again',
    mutation: core('roles', [
      'Who has resigned is taken for somebody who leaves.',
      "    if (reason === 'resign') {",
      "    if (reason === 'resign') {\n        context.stopping = true;",
    ]),
    shows: 'differs',
  },
  { trace: 's36-a-snapshot-over-another-history', mutation: 'snapshot-always-keeps-suffix', shows: 'I10' },
  {
    trace: 's37-an-old-leader-and-one-voter-left',
    mutation: core('voting', [
      'A voter refuses the leader that it has left.',
      '    if (ask.transferToken !== 0)',
      '    if (peer.resignedEpoch > 0)\n        return true;\n    if (ask.transferToken !== 0)',
    ]),
    shows: 'differs',
  },
  {
    trace: 's39-what-a-leader-hears-of-is-not-what-it-promises',
    mutation: core('replication', [
      'A leader takes a promise that it hears of for its own.',
      '    if (message.promisedEpoch > context.leaderEpoch)\n        learnHigherPromise(context, message.promisedEpoch);',
      '    if (message.promisedEpoch > context.promised.epoch) {\n' +
        '        const to = peerOf(context, message.promisedTo);\n' +
        '        context.promised = { epoch: message.promisedEpoch, candidate: message.promisedTo, candidateIncarnation: to?.incarnation ?? 0 };\n' +
        '    }',
    ]),
    shows: 'I3',
  },
  { trace: 's40-a-shorter-append-comes-again', mutation: 'always-truncate', shows: 'I9' },
  {
    trace: 's41-a-newer-epoch-beats-a-longer-log',
    mutation: {
      title: 'Positions are compared by index first.',
      module: 'interface/dist/protocol/ids.js',
      find: 'a.epoch - b.epoch || a.index - b.index',
      replace: 'a.index - b.index || a.epoch - b.epoch',
    },
    shows: 'I5',
  },
  {
    trace: 's41-a-read-needs-a-whole-quorum',
    mutation: core('confirmation', [
      'A read is confirmed by one less than a quorum.',
      '    return isQuorum(context.log.config, (id) => {\n        if (id === context.self)',
      '    let spare = 1;\n    return isQuorum(context.log.config, (id) => {\n        if (id === context.self || spare-- > 0)',
    ]),
    shows: 'differs',
  },
  {
    trace: 's42-chunks-again-and-a-crash-in-the-middle',
    mutation: core('snapshot-receiving', [
      'A chunk that was there before is taken again.',
      '    if (chunk.offset !== receiving.received) {',
      '    if (chunk.offset > receiving.received) {',
    ]),
    shows: 'JSON',
  },
  {
    trace: 's43-an-append-from-below-the-snapshot',
    mutation: core('follower', [
      'What is below the snapshot is taken for a conflict.',
      '        return { prev: base, entries: append.entries.filter',
      '        truncateLog(context, base.index);\n        return { prev: base, entries: append.entries.filter',
    ]),
    shows: 'I7',
  },
  { trace: 's44-a-stale-epoch-behind-a-snapshot', mutation: 'snapshot-always-keeps-suffix', shows: 'I10' },
  {
    trace: 's45-a-leader-that-steps-down-keeps-its-log',
    mutation: core('roles', [
      'A leader that steps down drops what it has not committed.',
      "    context.strength = 'none';",
      "    context.strength = 'none';\n    context.log.truncate(context.commitIndex);\n" +
        "    context.wal.push({ kind: 'truncate', keepIndex: context.commitIndex });",
    ]),
    shows: 'differs',
  },
  { trace: 's45-only-what-an-append-proves-is-acknowledged', mutation: 'ack-whole-log', shows: 'I3' },
  { trace: 's45-only-what-an-append-proves-is-acknowledged', mutation: 'commit-beyond-match', shows: 'I6' },
  { trace: 's46-a-vote-outlives-every-change-of-role', mutation: 'promise-for-two', shows: 'I2' },
  { trace: 's46-a-vote-outlives-every-change-of-role', mutation: 'promise-lost-at-restart', shows: 'differs' },
  { trace: 's48-a-late-grant-counts-for-its-own-epoch-only', mutation: 'stale-grant-counted', shows: 'I1' },
  {
    trace: 's49-a-leader-that-knows-of-fewer-commits',
    mutation: core('follower', [
      'The commit index is that of the last Append.',
      '    if (append.commitIndex > context.commitIndex) {\n        context.commitIndex = Math.max(context.commitIndex, Math.min(append.commitIndex, matched));',
      '    {\n        context.commitIndex = Math.min(append.commitIndex, matched);',
    ]),
    shows: 'I7',
  },
  {
    trace: 's51-a-single-server-answers-when-it-is-written',
    mutation: core('leading', [
      'The own log counts as durable at once.',
      'const durable = Math.min(context.durableLast.index, context.log.lastIndex);',
      'const durable = context.log.lastIndex;',
    ]),
    shows: 'I7',
  },
  {
    trace: 's52-a-late-confirmation-is-of-another-read',
    mutation: core('read-index', [
      'A read joins a round that was begun before it.',
      'if (open && open.thresholds === null && open.index === context.commitIndex)',
      'if (open && open.index === context.commitIndex)',
    ]),
    shows: 'I17',
  },
  {
    trace: 's52-a-read-asked-again-is-another-read',
    mutation: core('read-index', ['A read has the id of the one before.', '    context.nextReadId += 1;', '    context.nextReadId = 1;']),
    shows: 'I17',
  },
  {
    trace: 's57-what-is-in-memory-only-is-no-vote',
    mutation: core('status', [
      'Who has stepped down votes with its memory.',
      'lastZxid: context.durableLast,',
      "lastZxid: context.role === 'looking' && context.leaderEpoch > 0 ? context.log.last : context.durableLast,",
    ]),
    shows: 'I10',
  },
  {
    trace: 's59-an-old-invitation-to-a-wiped-server',
    mutation: core('formation', [
      'An invitation is not compared with the disk that it was for.',
      'mine?.formatId !== context.options.formatId',
      'mine === undefined',
    ]),
    shows: 'I5',
  },
  { trace: 's61-a-deposed-leader-answers-no-read', mutation: 'read-unconfirmed', shows: 'I17' },
  { trace: 's61-a-deposed-leader-answers-no-read', mutation: 'check-quorum-off', shows: 'differs' },
  {
    trace: 's70-a-restarted-follower-cuts-nothing',
    mutation: core('recover', [
      'A restart cuts the log at what is known to be committed.',
      '            log,\n            store:',
      '            log: (log.truncate(Math.max(log.base.index, log.snapshot?.zxid.index ?? 0, this.hint)), log),\n            store:',
    ]),
    shows: 'I11',
  },
  {
    trace: 's70-two-failovers-leave-three-tails',
    mutation: core('log', [
      'Logs are taken to part where the shorter one ends.',
      '        for (let mine = this.table.length - 1; mine >= 0; mine -= 1) {',
      '        return Math.min(this.lastIndex, other.lastZxid.index);\n        for (let mine = this.table.length - 1; mine >= 0; mine -= 1) {',
    ]),
    shows: 'differs',
  },
  { trace: 's79-a-quorum-without-its-own-promise', mutation: 'lead-before-own-promise', shows: 'I3' },
  { trace: 't7-candidate-amnesia', mutation: 'lead-before-own-promise', shows: 'I3' },
]
