import { type OutgoingRecord, type PortError } from '@wabastream/processing'
import { BATCH_BYTES_MAX, splitByBytes } from './outgoing-messages.ts'

/** Records that one caller waits for, all in one batch. */
export interface Waiting {
  readonly records: readonly OutgoingRecord[]
  readonly bytes: number
  readonly resolve: (baseOffset: number) => void
  readonly reject: (error: PortError) => void
}

/** What waits for the next send of one partition, in order. */
export class WaitingRecords {
  readonly #recordsMax: number
  readonly #waiting: Waiting[] = []
  #bytes = 0

  constructor(limits: { readonly batchRecordsMax: number }) {
    this.#recordsMax = limits.batchRecordsMax
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  get bytes(): number {
    return this.#bytes
  }

  /**
   * Resolves with the offset of the first once all are stored. If they exceed a batch, there are
   * several.
   */
  async add(records: readonly OutgoingRecord[]): Promise<number> {
    const sent = splitByBytes(records, BATCH_BYTES_MAX).map(
      (run) =>
        new Promise<number>((resolve, reject) => {
          this.#waiting.push({ ...run, resolve, reject })
          this.#bytes += run.bytes
        }),
    )
    const [baseOffset] = await Promise.all(sent)
    return baseOffset ?? -1
  }

  /** As much as fits one batch, but at least what one caller waits for. */
  takeBatch(): readonly Waiting[] {
    let bytes = 0
    let records = 0
    let count = 0
    for (const waiting of this.#waiting) {
      bytes += waiting.bytes
      records += waiting.records.length
      if (count > 0 && (bytes > BATCH_BYTES_MAX || records > this.#recordsMax)) break
      count++
    }
    const batch = this.#waiting.splice(0, count)
    for (const waiting of batch) this.#bytes -= waiting.bytes
    return batch
  }
}
