import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rawHeaders, topicNames } from '@wabastream/contracts'
import { createKafkaClient } from '@wabastream/kafka'
import { type ServiceProcess, stackFromEnv, startServiceProcess } from '@wabastream/testing'

const { brokers, schemaRegistryUrl } = stackFromEnv()
export const topics = topicNames(1)
const PARTITIONS = 3
/** Other tests append to the same topic meanwhile. */
export const CHANNEL = `forwarder-${process.pid}`

const folder = mkdtempSync(join(tmpdir(), 'forwarder-'))

/** The topics that a forwarder works with, on the broker that all tests of this workspace share. */
export async function openScene() {
  const kafka = createKafkaClient({ brokers, clientId: 'forwarder-test' })
  const config = { 'max.message.bytes': '4194304' }
  const { deadLetters, forwarding, raw } = topics
  await kafka.admin.ensureTopics(
    [raw, deadLetters].map((topic) => ({
      topic,
      partitions: PARTITIONS,
      config,
      isResizable: true,
    })),
  )
  await kafka.admin.ensureTopics([
    {
      topic: forwarding,
      partitions: PARTITIONS,
      config: { 'cleanup.policy': 'compact' },
      isResizable: true,
    },
  ])
  const partitions = (await kafka.admin.partitionCounts([raw])).get(raw) ?? 1
  const producer = kafka.chainedProducer()
  let appended = 0
  return {
    kafka,
    producer,
    /** Appends webhooks to the raw topic, spread over its partitions; returns their receipt ids. */
    async append(bodies: readonly unknown[], headers: Readonly<Record<string, string>> = {}) {
      const ids: string[] = []
      for (const body of bodies) {
        appended += 1
        const id = `${process.pid}-${String(appended).padStart(8, '0')}`
        ids.push(id)
        const value = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body))
        await producer.send({ topic: raw, partition: appended % partitions }, [
          {
            key: null,
            value,
            headers: {
              [rawHeaders.receiptId]: id,
              [rawHeaders.receivedAt]: String(Date.now()),
              [rawHeaders.channel]: CHANNEL,
              [rawHeaders.contentType]: 'application/json',
              ...headers,
            },
          },
        ])
      }
      return ids
    },
    close: () => kafka.close(),
  }
}

let files = 0

/** A forwarder in a process of its own, for the destinations, as YAML. */
export async function startForwarder(
  destinations: readonly object[],
  env: Readonly<Record<string, string>> = {},
): Promise<ServiceProcess> {
  files += 1
  const path = join(folder, `destinations-${files}.yaml`)
  writeFileSync(path, JSON.stringify({ destinations }))
  return startServiceProcess({
    service: 'forwarder',
    logFile: join(folder, `forwarder-${files}.log`),
    env: {
      KAFKA_BROKERS: brokers.join(','),
      SCHEMA_REGISTRY_URL: schemaRegistryUrl,
      DESTINATIONS_FILE: path,
      COMMIT_INTERVAL_MS: '200',
      SESSION_TIMEOUT_MS: '6000',
      ...env,
    },
  })
}
