import type { CoreBody, Hello, PeerBody, Status } from '@synod/interface/protocol'
import { onAckEpoch } from './campaign.ts'
import type { Context } from './context.ts'
import { admit } from './envelope.ts'
import type { Incoming } from './events.ts'
import { onFetch, onFetched } from './fetch.ts'
import { onAppend, onResign } from './follower.ts'
import { noteStore, onFormat, onFormatted } from './formation.ts'
import { isSuperseded, learnHigherPromise } from './learnt.ts'
import type { Peer } from './peer.ts'
import { onReadIndex, onReadIndexed } from './read-index.ts'
import { isFromBeforeStart, onAppended, startAt } from './replication.ts'
import { stepDown } from './roles.ts'
import { onSnapshotAck } from './snapshot-ack.ts'
import { onSnapshotBegin, onSnapshotChunk } from './snapshot-receiving.ts'
import { onStaleIncarnation } from './stale-incarnation.ts'
import { answerStatus, mergeStatus } from './status.ts'
import { onNewEpoch } from './voting.ts'

const replicaBodies: readonly string[] = ['forward', 'forwarded', 'touch', 'touched', 'announce']

function isCoreBody(body: PeerBody): body is CoreBody {
  return !replicaBodies.includes(body.type)
}

/** Every message of a peer comes through here, heartbeats included (R4, S34). */
export function onMessage(context: Context, incoming: Incoming): void {
  const { body } = incoming.message
  if (!isCoreBody(body)) return
  const peer = admit(context, incoming, body)
  if (peer) handle(context, peer, { body, incoming })
}

function handle(context: Context, peer: Peer, arrived: { readonly body: CoreBody; readonly incoming: Incoming }): void {
  const { body, incoming } = arrived
  switch (body.type) {
    case 'status':
      onStatus(context, peer, { status: body, incoming })
      break
    case 'newEpoch':
      onNewEpoch(context, peer, body)
      break
    case 'ackEpoch':
      onAckEpoch(context, peer, body)
      break
    case 'fetch':
      onFetch(context, peer, body)
      break
    case 'fetched':
      onFetched(context, peer, body)
      break
    case 'append':
      onAppend(context, peer, body)
      break
    case 'appended':
      onAppended(context, peer, { message: body, echo: ownEcho(context, incoming) })
      break
    case 'hello':
      onHello(context, peer, { hello: body, echo: ownEcho(context, incoming) })
      break
    case 'snapshotBegin':
      onSnapshotBegin(context, peer, body)
      break
    case 'snapshotChunk':
      onSnapshotChunk(context, peer, body)
      break
    case 'snapshotAck':
      onSnapshotAck(context, peer, body)
      break
    case 'resign':
      onResign(context, peer, body)
      break
    case 'readIndex':
      onReadIndex(context, peer, body)
      break
    case 'readIndexed':
      onReadIndexed(context, body)
      break
    case 'format':
      onFormat(context, peer, body)
      break
    case 'formatted':
      onFormatted(context, peer, body)
      break
    case 'staleIncarnation':
      onStaleIncarnation(context, peer, body.seen)
      break
    // Hand-over comes with its own issue (protocol §2.12); the end of a snapshot is its last chunk.
    case 'transfer':
    case 'snapshotEnd':
      break
  }
}

/** Own sequence that the message echoes; 0 when it echoes an earlier life of ours (amendment 30). */
function ownEcho(context: Context, { message }: Incoming): number {
  return message.echo.incarnation === context.incarnation ? message.echo.sequence : 0
}

function onStatus(context: Context, peer: Peer, arrived: { readonly status: Status; readonly incoming: Incoming }): void {
  const { status, incoming } = arrived
  if (!mergeStatus(context, peer, { status, sequence: incoming.message.sequence })) return
  if (status.role !== 'leading') peer.suspicion = 'none'
  noteStore(context, peer, incoming.clusterId)
  answerStatus(context, peer, ownEcho(context, incoming) > 0)
  if (isSuperseded(context, status.leader)) stepDown(context, 'superseded')
  else if (status.store === 'formatted') learnHigherPromise(context, status.promisedEpoch)
}

/** A late joiner says what it has; the leader sends what it lacks, or learns that it must renew its epoch first (T5). */
function onHello(context: Context, peer: Peer, { hello, echo }: { readonly hello: Hello; readonly echo: number }): void {
  if (context.role !== 'leading') return
  if (hello.promisedEpoch > context.leaderEpoch) learnHigherPromise(context, hello.promisedEpoch)
  else if (peer.progress.mode !== 'snapshot' && !isFromBeforeStart(peer, echo)) startAt(context, peer, hello)
}
