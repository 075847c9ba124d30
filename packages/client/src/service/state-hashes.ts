import type { StateMachine } from '@synod/interface/protocol'

/** States larger than this, in bytes, are not hashed for a status: it would hold up the server. */
const hashedStateMax = 8 * 1024 * 1024

/** The hash of a state, made once for each position: many may ask at once. */
export class StateHashes {
  #index = -1
  #hash = ''

  /** Null when the state is larger than 8 MiB. */
  of(state: StateMachine): string | null {
    if (state.sizeEstimate > hashedStateMax) return null
    const { index } = state.appliedZxid
    if (index !== this.#index) {
      this.#hash = state.hash()
      this.#index = index
    }
    return this.#hash
  }
}
