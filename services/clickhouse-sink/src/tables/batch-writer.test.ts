import { describe, expect, it } from '@jest/globals'
import { type InsertFailure } from '@wabastream/clickhouse'
import { evolve, initialTimeline } from '@wabastream/domain'
import { aStatus } from '@wabastream/testing'
import { createBatchWriter } from './batch-writer.ts'
import { PendingBatch } from '../lane/pending-batch.ts'
import { createTableWriter } from './table-writer.ts'

describe('the batch writer', () => {
  it('asks for anchors again when the answer is to a question that was cut', async () => {
    const event = aStatus('read')
    const batch = new PendingBatch(0, 1)
    batch.addTimeline(
      { ...evolve(initialTimeline(event), event), headless: true },
      { offset: 0, receivedAtMs: 0, value: Buffer.from('') },
      { isUnanchored: true },
    )
    const causes: InsertFailure[] = []
    const inserted: string[] = []
    const retry = {
      schemaRetryMs: 1,
      retryMinMs: 1,
      classify: () => 'bad_rows' as const,
      onFailed: ({ cause }: { readonly cause: InsertFailure }) => {
        causes.push(cause)
      },
    }
    let failures = 2
    const writer = createBatchWriter({
      retry,
      tables: createTableWriter({
        ...retry,
        onInserted: () => {},
        insert: async (table) => {
          inserted.push(table)
        },
      }),
      anchors: {
        async resolve() {
          if (failures-- > 0) throw new Error('cannot parse')
          return [20_000]
        },
      },
      reject: async () => {},
    })
    await writer.write(batch, new AbortController().signal)
    expect(causes).toEqual(['unavailable', 'unavailable'])
    expect(inserted).toEqual(['message_timeline'])
  })
})
