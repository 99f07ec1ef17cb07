import { createRequire } from 'node:module'
import { describe, expect, it } from '@jest/globals'
import { failureOf, toKafkaError } from './kafka-error.ts'

const load = createRequire(import.meta.url)
const { createErrorFromCode } = load('kafkajs/src/protocol/error.js')
const UNSUPPORTED_COMPRESSION_TYPE = 76
const TOPIC_AUTHORIZATION_FAILED = 29

describe("the client's errors", () => {
  it('say what to do about a broker that does not take packed batches', () => {
    const refusal: unknown = createErrorFromCode(UNSUPPORTED_COMPRESSION_TYPE)
    expect(failureOf(refusal).message).toMatch(/does not take zstd.* set KAFKA_COMPRESSION=none/)
    const wrapped = new Error('gave up', { cause: refusal })
    expect(toKafkaError(wrapped, 'transaction').message).toMatch(
      /^transaction: .* set KAFKA_COMPRESSION=none/,
    )
  })

  it('are told apart by what can be done', () => {
    const denied: unknown = createErrorFromCode(TOPIC_AUTHORIZATION_FAILED)
    expect(toKafkaError(denied, 'x').code).toBe('not_allowed')
    expect(failureOf(denied).message).not.toContain('KAFKA_COMPRESSION')
  })
})
