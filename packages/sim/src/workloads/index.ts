import type { Workload } from '../clients/workload.ts'
import { registers } from './registers.ts'
import { sequence } from './sequence.ts'
import { watching } from './watching.ts'

export { presence } from './presence.ts'
export { bursts, registers } from './registers.ts'
export { sequence } from './sequence.ts'
export { watching } from './watching.ts'

/** What clients do unless they are told otherwise. */
export const standardWorkloads: readonly Workload[] = [registers, sequence, watching]
