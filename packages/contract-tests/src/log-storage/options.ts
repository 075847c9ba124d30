import type { LogStorage } from '@synod/interface'

/** One place where a store lives, for one test. */
export interface LogStoragePlace {
  /**
   * Storage over this place, as another process would make it: what one has made durable, the next finds.
   * It may return the same object again when that can be opened after `close`.
   */
  storage(): LogStorage
  /** Frees everything, also what the suite has not closed. */
  dispose(): Promise<void>
}

export interface LogStorageContractOptions<Place extends LogStoragePlace> {
  /** Named in the title of the suite. */
  readonly name: string
  /** Makes an empty place. */
  create(): Promise<Place>
  /**
   * Takes the power away: what is not durable is gone, the storage that was open is dead, and the place can be opened again.
   * Without it, the suite cannot show durability and says so by not having that test.
   */
  losePower?(place: Place): Promise<void>
  /** From now on no write of the open storage succeeds, as on a full or broken disk. Without it, failure is not shown. */
  failWrites?(place: Place): Promise<void>
}
