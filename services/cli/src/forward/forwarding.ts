import { topicNames } from '@wabastream/contracts'
import {
  CONTROL_PARTITION,
  type Control,
  type ControlRecord,
  ControlTable,
  createControlReader,
} from '@wabastream/forwarding'
import { type KafkaClient } from '@wabastream/kafka'
import { kafkaSecurityFields, readConfig, sharedFields } from '@wabastream/service-host'
import { z } from 'zod'
import { readAddresses } from '../installation/addresses.ts'
import { connectKafka } from '../installation/connect-kafka.ts'
import { destinationsConfigSchema } from '../installation/destinations.ts'
import { CliError } from '../output/cli-error.ts'

/** Variables of `forward`. */
export const forwardConfigSchema = z.object({
  kafkaBrokers: sharedFields.kafkaBrokers.optional().describe('else those of the running `start`'),
  ...kafkaSecurityFields,
  ...destinationsConfigSchema.shape,
})

export const { forwarding: CONTROL_TOPIC, raw: RAW_TOPIC } = topicNames(1)

/** Kafka, where everything lies that is known of destinations. */
export async function withKafka(
  dataDirectory: string,
  use: (kafka: KafkaClient) => Promise<void>,
): Promise<void> {
  const config = readConfig({ schema: forwardConfigSchema, env: process.env, service: 'forward' })
  const brokers = config.kafkaBrokers ?? (await readAddresses(dataDirectory))?.kafkaBrokers
  if (brokers === undefined) {
    throw new CliError('Kafka is not known: set KAFKA_BROKERS, or run `npm start`.')
  }
  const kafka = connectKafka(brokers)
  try {
    await use(kafka)
  } finally {
    await kafka.close()
  }
}

/** What the topic of control says now; nothing if `prepare` has not made it yet. */
export async function readControl(kafka: KafkaClient): Promise<Control> {
  const states = await kafka.admin.topicStates([CONTROL_TOPIC])
  if (states.length === 0) return new ControlTable()
  const reader = kafka.partitionReader()
  try {
    return await createControlReader(reader, CONTROL_TOPIC)()
  } finally {
    await reader.close()
  }
}

export async function writeControl(
  kafka: KafkaClient,
  records: readonly ControlRecord[],
): Promise<void> {
  const producer = kafka.chainedProducer()
  await producer.send({ topic: CONTROL_TOPIC, partition: CONTROL_PARTITION }, records)
  await producer.close()
}
