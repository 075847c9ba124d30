import assert from 'node:assert/strict'
import { SynodError } from '@synod/interface'
import type { LogBatch, LogStorage, OpenedStore, StoreOwner, SynodErrorCode } from '@synod/interface'
import type { LogStorageContractOptions, LogStoragePlace } from './options.ts'

/** Whose store the suite keeps. */
export const owner: StoreOwner = { clusterName: 'contract', id: 1 }

/** A batch whose bytes follow from its sequence. */
export function batch(sequence: number, size: number = 10 + (sequence % 50)): LogBatch {
  const bytes = new Uint8Array(size)
  for (let i = 0; i < size; i += 1) bytes[i] = (sequence * 17 + i * 5 + (i >>> 7)) & 0xff
  return { sequence, firstIndex: sequence * 3, lastIndex: sequence * 3 + 2, bytes }
}

/** Asserts that these batches, and no others, are there with the right bytes. */
export function assertBatches(opened: OpenedStore, sequences: readonly number[], size?: number): void {
  assert.deepEqual(
    opened.batches.map((found) => found.sequence),
    sequences,
    'sequences found',
  )
  for (const found of opened.batches) {
    const expected = batch(found.sequence, size)
    assert.equal(found.firstIndex, expected.firstIndex)
    assert.equal(found.lastIndex, expected.lastIndex)
    assert.ok(Buffer.compare(found.bytes, expected.bytes) === 0, `the bytes of batch ${found.sequence} differ`)
  }
}

/** Asserts that this rejects with that code. */
export async function assertCode(call: () => Promise<unknown>, ...codes: SynodErrorCode[]): Promise<void> {
  await assert.rejects(call, (error) => {
    assert.ok(SynodError.is(error), `a SynodError, not ${String(error)}`)
    assert.ok(codes.includes(error.code), `the code is ${error.code}: ${error.message}`)
    assert.ok(error.message.length > 20, 'the message says what is wrong')
    return true
  })
}

/** Numbers from `first` to `last`. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}

/** What a clause of the storage's contract works with. */
export class LogStorageContext {
  readonly losePower: () => Promise<void>
  readonly failWrites: () => Promise<void>
  readonly #place: LogStoragePlace

  constructor(place: LogStoragePlace, faults: { readonly losePower: () => Promise<void>; readonly failWrites: () => Promise<void> }) {
    this.#place = place
    this.losePower = faults.losePower
    this.failWrites = faults.failWrites
  }

  storage(): LogStorage {
    return this.#place.storage()
  }

  /** Opens the place and says what is in it. */
  async open(): Promise<{ readonly storage: LogStorage; readonly opened: OpenedStore }> {
    const storage = this.storage()
    return { storage, opened: await storage.open(owner) }
  }

  /** Closes, and opens again. */
  async reopen(storage: LogStorage): Promise<{ readonly storage: LogStorage; readonly opened: OpenedStore }> {
    await storage.close()
    return this.open()
  }
}

/** Gives a check a place of its own. */
export async function withPlace<Place extends LogStoragePlace>(
  options: LogStorageContractOptions<Place>,
  check: (context: LogStorageContext) => Promise<void>,
): Promise<void> {
  const place = await options.create()
  try {
    await check(
      new LogStorageContext(place, {
        losePower: async () => options.losePower?.(place),
        failWrites: async () => options.failWrites?.(place),
      }),
    )
  } finally {
    await place.dispose()
  }
}
