import { z } from 'zod'
import { integerField } from './fields.ts'

/** How what a process sends to Kafka is packed. For every schema of one that produces. */
export const kafkaCompressionFields = {
  kafkaCompression: z
    .enum(['zstd', 'none'], 'must be zstd or none')
    .default('zstd')
    .describe('zstd: record batches from 1 KiB are packed; none: they are sent as they are'),
  kafkaCompressionLevel: integerField({
    fallback: 1,
    min: 1,
    max: 19,
    description: 'level of zstd; higher ones cost more CPU for little less disk',
  }),
}

export type KafkaCompressionConfig = z.output<z.ZodObject<typeof kafkaCompressionFields>>

/** What the Kafka client takes. */
export interface KafkaCompression {
  readonly compression:
    | { readonly codec: 'none' }
    | { readonly codec: 'zstd'; readonly level: number }
}

export function toKafkaCompression({
  kafkaCompression: codec,
  kafkaCompressionLevel: level,
}: KafkaCompressionConfig): KafkaCompression {
  return { compression: codec === 'none' ? { codec } : { codec, level } }
}
