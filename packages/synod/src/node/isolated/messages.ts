import type { MessagePort } from 'node:worker_threads'
import type { Logger, LeadershipStrength, ReplicaEvents } from '@synod/interface'
import type { NodeConfig } from '../config.ts'
import type { NodeStatus } from '../synod-node.ts'
import type { ErrorData } from './error-data.ts'

/** What a thread is started with: what it can be handed of a config. */
export interface ThreadData {
  readonly config: Omit<NodeConfig, 'logger' | 'signal' | 'isolate'>
  readonly logs: boolean
}

/** What a caller waits for. */
export type Question = { readonly what: 'ready' } | { readonly what: 'waitFor'; readonly strength: LeadershipStrength }

/** To the thread of the server. */
export type ToThread =
  | { readonly type: 'dial'; readonly port: MessagePort }
  | { readonly type: 'ask'; readonly id: number; readonly question: Question }
  | { readonly type: 'forget'; readonly id: number }
  | { readonly type: 'close'; readonly graceful: boolean }

/** A status, with its error as data. */
export type StatusData = Omit<NodeStatus, 'halted'> & { readonly halted: ErrorData | null }

/** Events as they travel; what has a `halt` event is in the status that comes with it. */
export interface EventData {
  readonly name: keyof ReplicaEvents
  readonly payload: ReplicaEvents[Exclude<keyof ReplicaEvents, 'halt'>] | null
}

/** From the thread of the server. */
export type FromThread =
  | { readonly type: 'started'; readonly status: StatusData }
  | { readonly type: 'failed'; readonly error: ErrorData }
  | { readonly type: 'status'; readonly status: StatusData }
  | { readonly type: 'event'; readonly event: EventData; readonly status: StatusData }
  | { readonly type: 'answer'; readonly id: number; readonly value: number; readonly error: ErrorData | null }
  | { readonly type: 'log'; readonly level: keyof Logger; readonly details: object; readonly message: string }
  | { readonly type: 'closed' }
