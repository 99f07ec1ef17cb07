import { createKafkaClient, type KafkaClient } from '@wabastream/kafka'
import {
  kafkaCompressionFields,
  kafkaSecurityFields,
  readConfig,
  toKafkaCompression,
  toKafkaSecurity,
} from '@wabastream/service-host'
import { z } from 'zod'

const schema = z.object({ ...kafkaSecurityFields, ...kafkaCompressionFields })

/** A client for the brokers, as the user that the environment names. */
export function connectKafka(brokers: readonly string[]): KafkaClient {
  const config = readConfig({ schema, env: process.env, service: 'wabastream' })
  return createKafkaClient({
    brokers,
    clientId: 'wabastream-cli',
    ...toKafkaSecurity(config),
    ...toKafkaCompression(config),
  })
}
