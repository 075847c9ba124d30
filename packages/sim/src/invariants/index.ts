import type { Invariant } from './invariant.ts'
import { amnesia } from './i16-amnesia.ts'
import { olderCopy } from './i16b-older-copy.ts'
import { checkQuorum } from './check-quorum.ts'
import { commit } from './i7-commit.ts'
import { confirmed } from './i17-confirmed.ts'
import { counted } from './i7b-counted.ts'
import { durabilityBeforeSpeech } from './i3-durability-before-speech.ts'
import { elected } from './i5b-elected.ts'
import { electionSafety } from './i1-election-safety.ts'
import { equalState } from './i6b-equal-state.ts'
import { fetched } from './i4b-fetched.ts'
import { historyBelowPromise } from './i2b-history-below-promise.ts'
import { install } from './i12-install.ts'
import { leaderAppendOnly } from './i8-leader-append-only.ts'
import { leaderCompleteness } from './i5-leader-completeness.ts'
import { loneFault } from './i30-lone-fault.ts'
import { commitNews } from './commit-news.ts'
import { lifeBeforeSpeech } from './i3c-life-before-speech.ts'
import { roleByPromise } from './i2c-role-by-promise.ts'
import { logMatching } from './i4-log-matching.ts'
import { bounds } from './i24-bounds.ts'
import { resends } from './i24b-resends.ts'
import { noDisturbance } from './i15-no-disturbance.ts'
import { noLivelock } from './i30-no-livelock.ts'
import { promise } from './i2-promise.ts'
import { proved } from './i3b-proved.ts'
import { sessions } from './i20-sessions.ts'
import { stateMachineSafety } from './i6-state-machine-safety.ts'
import { treeModel } from './i21-tree-model.ts'
import { truncation } from './i9-truncation.ts'
import { voteIsDisk } from './i10-vote-is-disk.ts'

/** The invariants of protocol §2.16 that every simulation checks. The others: see the table in the README. */
export const protocolInvariants: readonly Invariant[] = [
  electionSafety,
  promise,
  roleByPromise,
  historyBelowPromise,
  durabilityBeforeSpeech,
  lifeBeforeSpeech,
  proved,
  logMatching,
  fetched,
  leaderCompleteness,
  elected,
  stateMachineSafety,
  equalState,
  commit,
  counted,
  leaderAppendOnly,
  truncation,
  voteIsDisk,
  install,
  confirmed,
  checkQuorum,
  noDisturbance,
  amnesia,
  olderCopy,
  sessions,
  bounds,
  resends,
  noLivelock,
  loneFault,
  commitNews,
]

/** What must hold of the tree in particular: checked unless a simulation has a state machine of its own. */
export const treeInvariants: readonly Invariant[] = [treeModel]
