import { Writer } from '@synod/wire'
import { encodeQueryResult, writeQueryResult } from './commands/query-codec.ts'
import { encodeCommandResult, writeCommandResult } from './commands/result-codec.ts'
import type { CommandResult, QueryResult } from './commands/types.ts'

const slabBytes = 16 * 1024
const roomBytes = 512

/** Encodes answers one after the other into shared memory. Whoever keeps one for long keeps a copy. */
export class ResultSlab {
  #writer: Writer = new Writer(slabBytes)

  command(result: CommandResult): Uint8Array {
    if (result.kind === 'transaction' && result.results.length > 2) return encodeCommandResult(result)
    const writer = this.#room()
    const start = writer.length
    writeCommandResult(writer, result)
    return writer.written(start)
  }

  query(result: QueryResult): Uint8Array {
    if (result.kind === 'list' || (result.kind === 'get' && result.data.length > roomBytes)) return encodeQueryResult(result)
    const writer = this.#room()
    const start = writer.length
    writeQueryResult(writer, result)
    return writer.written(start)
  }

  #room(): Writer {
    if (this.#writer.length > slabBytes - roomBytes) this.#writer = new Writer(slabBytes)
    return this.#writer
  }
}
