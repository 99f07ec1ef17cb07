import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import fc from 'fast-check'
import { clientIds, produceOptions } from './message-arbitraries.ts'
import { createProduceRequest, createRequestFrame, type ProduceOptions } from './produce-request.ts'
import { loadShippedClient } from './shipped-client.fixture.ts'
import { UnwritableRecord, type WireMessage } from './record-writer.ts'

// The shipped encoder is the judge: every request must be equal byte for byte.

const shipped = loadShippedClient()
const frame = createRequestFrame(shipped.createRequestFrame)
const request = createProduceRequest(shipped.lookupCodec)

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

  it('expects no answer if none is requested', () => {
    expect(request(produce([], { acks: 0 })).expectResponse?.()).toBe(false)
    expect(request(produce([])).expectResponse?.()).toBe(true)
  })
})
