import { encodeRow, toTimelineRow } from '@wabastream/clickhouse'
import { type AnchorResolver } from './anchors.ts'
import { addLine, type PendingBatch, type RejectedRecord } from './pending-batch.ts'
import { type RejectedRow, type TableWriter } from './table-writer.ts'
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
      await encodeTimelines(options, batch, signal)
      const results = await Promise.all(
        [...batch.tables.values()].map((rows) => tables.write(rows, signal)))
      const rejected = [...batch.rejected, ...results.flat().map(toRejectedRecord)]
      if (rejected.length > 0) await reject(rejected)
    },
  }
}

async function encodeTimelines(
  { anchors, retry }: BatchWriterOptions,
  batch: PendingBatch,
  signal: AbortSignal,
): Promise<void> {
  if (batch.timelines.length === 0) return
  const timelines = batch.timelines.map(({ timeline }) => timeline)
  let days: readonly number[] = []
  const problem = await untilDone(retry, 'message_timeline', signal, async () => {
    days = await anchors.resolve(timelines)
  })
  if (problem !== undefined) throw problem.error
  batch.timelines.forEach(({ timeline, source }, index) => {
    const line = encodeRow(toTimelineRow(timeline, days[index]))
    addLine(batch, 'message_timeline', { line, source })
  })
}

function toRejectedRecord({ table, source, error }: RejectedRow): RejectedRecord {
  return { reason: 'sink_rejected', detail: `${table}: ${String(error)}`, source }
}
