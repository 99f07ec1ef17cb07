import { describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import { readConfig } from './config.ts'
import { kafkaCompressionFields, toKafkaCompression } from './kafka-compression.ts'

const read = (env: Readonly<Record<string, string>>) =>
  toKafkaCompression(readConfig({ schema: z.object(kafkaCompressionFields), env, service: 'test' }))

describe('compression of what is produced', () => {
  it('is zstd at its lowest level unless something is set', () => {
    expect(read({})).toEqual({ compression: { codec: 'zstd', level: 1 } })
    expect(read({ KAFKA_COMPRESSION_LEVEL: '3' })).toEqual({
      compression: { codec: 'zstd', level: 3 },
    })
    expect(read({ KAFKA_COMPRESSION: 'none' })).toEqual({ compression: { codec: 'none' } })
  })

  it.each([
    [{ KAFKA_COMPRESSION: 'lz4' }, 'KAFKA_COMPRESSION: must be zstd or none'],
    [{ KAFKA_COMPRESSION_LEVEL: '0' }, 'KAFKA_COMPRESSION_LEVEL'],
    [{ KAFKA_COMPRESSION_LEVEL: '23' }, 'KAFKA_COMPRESSION_LEVEL'],
  ])('refuses %j', (env, problem) => {
    expect(() => read(env)).toThrow(problem)
  })
})
