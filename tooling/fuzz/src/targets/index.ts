import type { Target } from '../target.ts'
import { configTargets } from './config.ts'
import { endpointTargets } from './endpoints.ts'
import { frameTargets } from './frames.ts'
import { handshakeTargets } from './handshakes.ts'
import { treeTargets } from './tree.ts'

/** Everything that is fuzzed. */
export const targets: readonly Target[] = [...frameTargets, ...treeTargets, ...handshakeTargets, ...endpointTargets, ...configTargets]
