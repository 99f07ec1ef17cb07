import { createRequire } from 'node:module'
import { describe, expect, it } from '@jest/globals'
import { wiredKafkajs } from './install.ts'
import { type FetchProtocol } from './fetch-request.ts'
import { type PartitionAnswer } from './records/fetched-batch.ts'
import { toCompressionNumber } from './records/compression.ts'
import { createRequestFrame, produceRequest } from './records/produce-request.ts'
import { asFetched, recordSetsOf } from './records/shipped-client.fixture.ts'

// What the client itself does with an answer, with our parts in it.

wiredKafkajs()
const load = createRequire(import.meta.url)
const fetch: FetchProtocol = load('kafkajs/src/protocol/requests/fetch/index.js')
const KIB = 1024
const BATCH_BYTES = 300_000

interface FetchAnswer {
  readonly responses: readonly { readonly partitions: readonly PartitionAnswer[] }[]
}

function isFetchAnswer(answer: unknown): answer is FetchAnswer {
  return typeof answer === 'object' && answer !== null && 'responses' in answer
}

async function packedSet(compression = toCompressionNumber({ codec: 'zstd', level: 1 })) {
  const messages = [{ value: Buffer.alloc(BATCH_BYTES, 'webhook ') }]
  const topicData = [{ topic: 't', partitions: [{ partition: 0, messages }] }]
  const request = produceRequest({ acks: -1, timeout: 1, compression, topicData })
  const frame = createRequestFrame(() => Promise.reject(new Error('not a frame of ours')))
  const [set = Buffer.alloc(0)] = recordSetsOf(
    (await frame({ correlationId: 1, clientId: 'c', request })).buffer,
  )
  return set
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

/** A fetch answer, version 11, of one topic, each partition with such record sets. */
function answerOf(partitions: readonly (readonly Buffer[])[]): Buffer {
  const parts = partitions.flatMap((sets, partition) => [
    int32(partition),
    // Error code, three offsets, no aborted transactions, no other replica.
    Buffer.alloc(2 + 3 * 8),
    int32(0),
    int32(-1),
    asFetched(...sets),
  ])
  const topic = [int32(1), Buffer.from([0, 1]), Buffer.from('t'), int32(partitions.length)]
  return Buffer.concat([Buffer.alloc(4 + 2 + 4), ...topic, ...parts])
}

async function batchCounts(answer: Buffer, asked: { ofPartition: number; ofAnswer: number }) {
  const partitions = [0, 1, 2].map((partition) => ({ partition, maxBytes: asked.ofPartition }))
  const topics = [{ topic: 't', partitions }]
  const create = fetch.protocol({ version: 11 })
  const decoded = await create({ maxBytes: asked.ofAnswer, topics }).response.decode(answer)
  if (!isFetchAnswer(decoded)) throw new Error('no answer to a fetch')
  return decoded.responses.flatMap((one) =>
    one.partitions.map((part) => part.messages.batches.length),
  )
}

describe('an answer to a fetch', () => {
  it('takes in memory four times what was asked for of a partition', async () => {
    const set = await packedSet()
    const answer = answerOf(Array.from({ length: 3 }, () => Array.from({ length: 9 }, () => set)))
    const asked = { ofPartition: 200 * KIB, ofAnswer: 4_096 * KIB }
    expect(await batchCounts(answer, asked)).toEqual([3, 3, 3])
  })

  it('shares its room among its partitions, each of which goes on', async () => {
    const set = await packedSet()
    const answer = answerOf(Array.from({ length: 3 }, () => Array.from({ length: 9 }, () => set)))
    const asked = { ofPartition: 512 * KIB, ofAnswer: 625 * KIB }
    expect(await batchCounts(answer, asked)).toEqual([7, 2, 1])
  })

  it('counts plain records in the same way', async () => {
    const set = await packedSet(0)
    const answer = answerOf([[set, set, set], [set], []])
    const asked = { ofPartition: 256 * KIB, ofAnswer: 4_096 * KIB }
    expect(await batchCounts(answer, asked)).toEqual([3, 1, 0])
  })

  it('lets other work have its turn between two partitions', async () => {
    const set = await packedSet()
    const answer = answerOf(Array.from({ length: 3 }, () => Array.from({ length: 9 }, () => set)))
    let turns = 0
    const count = (): void => {
      turns += 1
      immediate = setImmediate(count)
    }
    let immediate = setImmediate(count)
    await batchCounts(answer, { ofPartition: 256 * KIB, ofAnswer: 4_096 * KIB })
    clearImmediate(immediate)
    expect(turns).toBeGreaterThanOrEqual(2)
  })
})
