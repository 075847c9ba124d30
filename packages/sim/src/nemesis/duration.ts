import type { Micros } from '@synod/interface/protocol'
import type { FaultAction } from './actions.ts'

/** A disk that gives up ends its server, which is started again by somebody. */
const untilRestarted: Micros = 2_000_000
/** What a graceful stop may take. */
const stopMicros: Micros = 2_500_000

/** For so long after its beginning a fault has effects of its own, generously. */
export function durationOf(action: FaultAction): Micros {
  switch (action.kind) {
    case 'siege':
      return action.isolateAfter + action.pauseMicros + action.apartMicros + action.forMicros
    case 'restore':
      return 30_000_000
    case 'stop':
      return stopMicros + action.downMicros
    case 'edges':
      return action.forMicros + (action.fault.lateMicros ?? 0)
    case 'slow-disk':
      return action.forMicros + action.extraMicros
    default:
      return 'forMicros' in action ? action.forMicros : 'downMicros' in action ? action.downMicros : untilRestarted
  }
}
