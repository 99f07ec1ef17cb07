/** A decoder as `main.ts` builds it, on a test's topics. Run with its settings as JSON. */
import { createKafkaClient } from '@wabastream/kafka'
import { createAvroCodec } from '@wabastream/schema-registry'
import { z } from 'zod'
import { createBatchHandler } from './decoder.ts'

const targetSchema = z.object({ topic: z.string(), partitions: z.number() })
const settings = z
  .object({
    brokers: z.array(z.string()),
    schemaRegistryUrl: z.string(),
    groupId: z.string(),
    raw: z.string(),
    targets: z.object({ events: targetSchema, decoded: targetSchema, deadLetters: targetSchema }),
  })
  .parse(JSON.parse(process.argv[2] ?? ''))

const codec = createAvroCodec({ url: settings.schemaRegistryUrl })
await codec.register()
const kafka = createKafkaClient({ brokers: settings.brokers, clientId: 'small-decoder' })
const producer = kafka.chainedProducer()
const { groupId, raw, targets } = settings
const consumer = kafka.batchConsumer({
  groupId,
  topics: [raw],
  batchBytesMax: 1_048_576,
  handlers: {
    onBatch: (batch, context) => onBatch(batch, context),
    onCrash: (error) => {
      throw error
    },
  },
})
const onBatch = createBatchHandler({
  codec,
  producer,
  consumer,
  targets,
  generation: 1,
  observe: () => {},
  now: Date.now,
})
await consumer.start()
