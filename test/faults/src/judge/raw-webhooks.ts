import { createHash } from 'node:crypto'
import { rawHeaders, receivedAtOf, topicNames } from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'
import { type Fact, readFacts } from '@wabastream/testing'

/** The number of the flat example channel, whose bodies do not name it. */
export const FLAT_NUMBER = '206540352242900'

/** A record of the raw topic. */
export interface RawWebhook {
  readonly receipt: string
  /** By the ingestor's clock where the broker agrees with it. */
  readonly receivedAtMs: number
  /** See `digestOf`. */
  readonly digest: string
  readonly facts: readonly Fact[]
}

/** By which two bodies are known to be the same, byte for byte. */
export function digestOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex')
}

/** All of the raw topic; a body that is no JSON object says nothing. */
export async function readRawWebhooks(kafka: KafkaClient): Promise<readonly RawWebhook[]> {
  const found: RawWebhook[] = []
  const reader = kafka.partitionReader()
  const { raw: topic } = topicNames(1)
  for (const [partition, offset] of await kafka.admin.startOffsets(topic)) {
    await reader.readToEnd({ topic, partition, offset }, ({ records }) => {
      for (const record of records) {
        const body = record.value ?? new Uint8Array()
        const { receivedAt: receivedAtMs } = receivedAtOf(record)
        found.push({
          receipt: record.headerText(rawHeaders.receiptId) ?? '',
          receivedAtMs,
          digest: digestOf(body),
          facts: factsOf(body, receivedAtMs),
        })
      }
    })
  }
  await reader.close()
  return found
}

function factsOf(body: Uint8Array, nowMs: number): readonly Fact[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(body).toString('utf8'))
    return readFacts(Object(parsed), { flatNumber: FLAT_NUMBER, nowMs })
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}
