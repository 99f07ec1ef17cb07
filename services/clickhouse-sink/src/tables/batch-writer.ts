import { classifyInsertFailure, type InsertFailure } from '@wabastream/clickhouse'
import { type AnchorResolver } from './anchors.ts'
import { type PendingBatch, type RejectedRecord } from '../lane/pending-batch.ts'
import { type TableWriter } from './table-writer.ts'
import { type RetryOptions, untilDone } from './until-done.ts'

export interface BatchWriter {
  /** Resolves once every record of the batch is rows or a dead letter. */
  write(batch: PendingBatch, signal: AbortSignal): Promise<void>
}

export interface BatchWriterOptions {
  readonly tables: TableWriter
  readonly anchors: AnchorResolver
  readonly retry: RetryOptions
  /** Resolves once the records are dead letters. */
  readonly reject: (records: readonly RejectedRecord[]) => Promise<void>
}

export function createBatchWriter(options: BatchWriterOptions): BatchWriter {
  const { tables, reject } = options
  return {
    async write(batch, signal) {
      await settleAnchors(options, batch, signal)
      const results = await Promise.all(
        [...batch.tables.values()].map((rows) => tables.write(batch, rows, signal)),
      )
      const rejected = [...batch.rejected, ...results.flat()]
      if (rejected.length > 0) await reject(rejected)
    },
  }
}

async function settleAnchors(
  { anchors, retry }: BatchWriterOptions,
  batch: PendingBatch,
  signal: AbortSignal,
): Promise<void> {
  if (batch.unanchored.length === 0) return
  let days: readonly number[] = []
  const { classify = classifyInsertFailure } = retry
  // A question has no rows: the answer that some can't be read is to one that was cut on its way.
  const waitOut = (error: unknown): InsertFailure => {
    const cause = classify(error)
    return cause === 'bad_rows' ? 'unavailable' : cause
  }
  await untilDone({ ...retry, classify: waitOut }, 'message_timeline', signal, async () => {
    days = await anchors.resolve(batch)
  })
  batch.anchor(days)
}
