import { describe, expect, it } from '@jest/globals'
import { PendingBatch } from './pending-batch.ts'
import { type InsertFailure, type SinkPartition, type UnsettledRows } from './sink-port.ts'
import { createBatchWriter } from './batch-writer.ts'
import { createTableWriter } from './table-writer.ts'
import { textPartition } from './text-sink.fixture.ts'

/** Rows that become lines with the answer to a question, which fails at first. */
function askingPartition(failures: number): SinkPartition<string, string> {
  let failuresLeft = failures
  return {
    beginBatch(lines) {
      const waiting: { readonly text: string; readonly sourceIndex: number }[] = []
      const unsettled: UnsettledRows<string> = {
        table: 'message_timeline',
        get rowCount() {
          return waiting.length
        },
        async settle() {
          if (failuresLeft-- > 0) throw new Error('cannot parse')
          return () => {
            for (const { text, sourceIndex } of waiting.splice(0)) {
              lines.addLine('message_timeline', `${text} of day 20000`, sourceIndex)
            }
          }
        },
      }
      return {
        unsettled,
        add(text, _, sourceIndex) {
          waiting.push({ text, sourceIndex })
        },
      }
    },
  }
}

describe('the batch writer', () => {
  it('asks again when its question was cut on the way', async () => {
    const batch = new PendingBatch(askingPartition(2), 1)
    batch.add('a read', { offset: 0, receivedAtMs: 0, value: Buffer.from('') })
    expect(batch.rowCount).toBe(1)
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
    const writer = createBatchWriter({
      retry,
      tables: createTableWriter<string>({
        ...retry,
        onInserted: () => {},
        insert: async (table, lines) => {
          inserted.push(`${table}: ${Buffer.from(lines).toString()}`)
        },
      }),
      reject: async () => {},
    })
    await writer.write(batch, new AbortController().signal)
    expect(causes).toEqual(['unavailable', 'unavailable'])
    expect(inserted).toEqual(['message_timeline: a read of day 20000\n'])
    expect(batch.rowCount).toBe(0)
  })

  it.each([
    ['waits for its insert', 0, ['insert into message_timeline', 'arrived']],
    ['has to be asked again', 1, ['arrived', 'failed', 'insert into message_timeline']],
  ])('announces what it asks about until that %s', async (_, failures, expected) => {
    const order: string[] = []
    const retry = {
      schemaRetryMs: 1,
      retryMinMs: 1,
      classify: () => 'unavailable' as const,
      onFailed: () => order.push('failed'),
    }
    const writer = createBatchWriter({
      retry,
      announce(table) {
        order.push(`announced ${table}`)
        let isOver = false
        return () => {
          if (!isOver) order.push('arrived')
          isOver = true
        }
      },
      tables: createTableWriter<string>({
        ...retry,
        onInserted: () => {},
        insert: async (table) => {
          order.push(`insert into ${table}`)
        },
      }),
      reject: async () => {},
    })
    const batch = new PendingBatch(askingPartition(failures), 1)
    batch.add('a read', { offset: 0, receivedAtMs: 0, value: Buffer.from('') })
    batch.addLine('errors', 'an error', 0)
    await writer.write(batch, new AbortController().signal)
    expect(order).toEqual(['insert into errors', 'announced message_timeline', ...expected])
  })

  it('makes dead letters once no row is left, so that they are not made again', async () => {
    const letters: string[] = []
    const retry = { schemaRetryMs: 1, classify: () => 'bad_rows' as const, onFailed: () => {} }
    const writer = createBatchWriter({
      retry,
      tables: createTableWriter<string>({
        ...retry,
        confirmAfterMs: [],
        onInserted: () => {},
        insert: async (table) => {
          if (table === 'refused') throw new Error('cannot parse')
        },
      }),
      async reject(records) {
        letters.push(...records.map(({ detail }) => detail))
      },
    })
    const batch = new PendingBatch(textPartition, 1)
    for (const text of ['refused: a', 'patient: b']) {
      batch.add(text, { offset: 0, receivedAtMs: 0, value: Buffer.from('') })
    }
    const { signal } = new AbortController()
    await writer.write(batch, signal, (table) => table !== 'patient')
    expect(letters).toEqual([])
    await writer.write(batch, signal)
    expect(letters).toEqual([expect.stringContaining('refused')])
  })
})
