import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { clientIds, produceOptions } from './message-arbitraries.ts'
import { toCompressionNumber } from './compression.ts'
import {
  createRequestFrame,
  type ProduceOptions,
  produceRequest as request,
} from './produce-request.ts'
import { loadShippedClient, recordSetsOf } from './shipped-client.fixture.ts'
import { UnwritableRecord, type WireMessage } from './record-writer.ts'

// The shipped encoder is the judge: every request must be equal byte for byte.

const shipped = loadShippedClient()
const frame = createRequestFrame(shipped.createRequestFrame)

const produce = (
  messages: readonly WireMessage[],
  options: Partial<ProduceOptions> = {},
): ProduceOptions => ({
  acks: -1,
  timeout: 1,
  topicData: [{ topic: 't', partitions: [{ partition: 0, messages }] }],
  ...options,
})

beforeEach(() => {
  jest.useFakeTimers({ now: 1_795_492_234_037, doNotFake: ['nextTick', 'setImmediate'] })
})
afterEach(() => {
  jest.useRealTimers()
})

describe('produce request', () => {
  it('equals the shipped one byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(produceOptions, clientIds, async (options, clientId) => {
        const ours = await frame({ correlationId: 77, clientId, request: request(options) })
        const theirs = await shipped.createRequestFrame({
          correlationId: 77,
          clientId,
          request: shipped.createProduceRequest(options),
        })
        expect(ours.buffer.equals(theirs.buffer)).toBe(true)
        expect(ours.size()).toBe(theirs.buffer.length)
      }),
      { numRuns: 1_000 },
    )
  }, 120_000)

  it('passes requests of other kinds to the shipped framing', async () => {
    const other = { ...shipped.createProduceRequest(produce([{ value: 'a' }])), apiKey: 3 }
    const ours = await frame({ correlationId: 1, clientId: 'c', request: other })
    const theirs = await shipped.createRequestFrame({
      correlationId: 1,
      clientId: 'c',
      request: other,
    })
    expect(ours.buffer.equals(theirs.buffer)).toBe(true)
  })

  it('refuses values that are neither text nor bytes', async () => {
    const wrong: WireMessage[] = JSON.parse('[{"value":5}]')
    await expect(request(produce(wrong)).encode()).rejects.toThrow(UnwritableRecord)
  })

  it('refuses times that are not whole milliseconds', async () => {
    await expect(request(produce([{ value: 'a', timestamp: 'soon' }])).encode()).rejects.toThrow(
      'not a whole number',
    )
  })

  it('packs what shrinks, and sends small batches and noise as they are', async () => {
    const compression = toCompressionNumber({ codec: 'zstd', level: 1 })
    const codecAndSize = async (value: Buffer, options: Partial<ProduceOptions>) => {
      const body = request(produce([{ value }], options))
      const sent = await frame({ correlationId: 1, clientId: 'c', request: body })
      const [set = Buffer.alloc(0)] = recordSetsOf(sent.buffer)
      return { codec: set.readInt16BE(21) & 7, size: set.length }
    }
    const text = Buffer.alloc(8_192, 'webhook ')
    expect(await codecAndSize(text, { compression })).toMatchObject({ codec: 4 })
    expect((await codecAndSize(text, { compression })).size).toBeLessThan(200)
    expect(await codecAndSize(text, {})).toMatchObject({ codec: 0 })
    expect(await codecAndSize(Buffer.alloc(900), { compression })).toMatchObject({ codec: 0 })
    const noise = await codecAndSize(randomBytes(8_192), { compression })
    expect(noise).toEqual({ codec: 0, size: (await codecAndSize(text, {})).size })
  })

  it('refuses a codec that it does not write', async () => {
    const packed = produce([{ value: Buffer.alloc(8_192) }], { compression: 1 })
    await expect(request(packed).encode()).rejects.toThrow('compression 1 is not written')
  })

  it('expects no answer if none is requested', () => {
    expect(request(produce([], { acks: 0 })).expectResponse?.()).toBe(false)
    expect(request(produce([])).expectResponse?.()).toBe(true)
  })
})
