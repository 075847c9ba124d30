import type { WatchEvent, WatchMode } from '@synod/interface/coordination'
import type { WorkloadContext } from '../clients/workload.ts'

/** A change that was acknowledged: what watches must tell of it. */
export interface Change {
  readonly type: 'created' | 'changed' | 'deleted'
  readonly path: string
  readonly index: number
}

/** What one watch has told, over all the times it was set anew. */
export interface Told {
  readonly life: string
  readonly path: string
  readonly mode: WatchMode
  /** Changes after this are told. */
  readonly from: number
  readonly events: WatchEvent[]
}

/** Everything about watches in one run of the simulation. */
export interface WatchRecord {
  readonly told: Told[]
  readonly changes: Change[]
  /** `type path` of calls without an answer that says at which index, or whether at all. */
  readonly doubts: Set<string>
}

/** None lost, none twice, none made up, in order of the log: for every watch, against every change that was acknowledged to anybody. */
export function checkWatches(context: WorkloadContext, record: WatchRecord): void {
  const made = new Set(record.changes.map(({ type, path, index }) => `${type} ${path} ${index}`))
  for (const told of record.told) {
    checkOrder(context, told)
    for (const event of told.events) {
      if (event.type === 'compacted' || told.mode === 'children') continue
      const name = nameOf(event)
      if (!made.has(name) && !record.doubts.has(`${event.type} ${event.path}`))
        context.fail(`${describe(told)} told ${name}, which nobody did`)
    }
    checkComplete(context, told, record.changes)
  }
}

function checkOrder(context: WorkloadContext, told: Told): void {
  const names = new Set<string>()
  let last = told.from
  for (const event of told.events) {
    const name = nameOf(event)
    if (names.has(name)) context.fail(`${describe(told)} told twice: ${name}`)
    if (event.zxid.index < last || (event.type !== 'compacted' && event.zxid.index <= told.from))
      context.fail(`${describe(told)} told ${name} after ${last}`)
    names.add(name)
    last = event.zxid.index
  }
}

function checkComplete(context: WorkloadContext, told: Told, changes: readonly Change[]): void {
  const names = new Set(told.events.map(nameOf))
  const gaps: { readonly after: number; readonly until: number }[] = []
  let last = told.from
  for (const { type, zxid } of told.events) {
    if (type === 'compacted') gaps.push({ after: last, until: zxid.index })
    last = zxid.index
  }
  for (const change of changes) {
    const { index } = change
    const name = expected(told, change)
    if (name === null || index <= told.from || index > last || names.has(name)) continue
    if (gaps.some((gap) => index > gap.after && index <= gap.until)) continue
    context.fail(`${describe(told)}, which told of everything up to ${last}, has not told: ${name}`)
  }
}

/** How this watch tells of a change; `null`: not at all. */
function expected({ path, mode }: Told, change: Change): string | null {
  switch (mode) {
    case 'recursive':
      return change.path === path || change.path.startsWith(`${path}/`) ? nameOf({ ...change, zxid: change }) : null
    case 'data':
      return change.path === path ? nameOf({ ...change, zxid: change }) : null
    case 'children':
      return change.type !== 'changed' && change.path.slice(0, change.path.lastIndexOf('/')) === path
        ? `children ${path} ${change.index}`
        : null
  }
}

function nameOf({ type, path, zxid }: { readonly type: string; readonly path: string; readonly zxid: { readonly index: number } }): string {
  return `${type} ${path} ${zxid.index}`
}

function describe({ life, path, mode, from }: Told): string {
  return `${life}: the ${mode} watch of ${path} from ${from}`
}
