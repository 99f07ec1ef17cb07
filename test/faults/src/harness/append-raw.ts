import { rawHeaders, type RawOrigin, topicNames } from '@wabastream/contracts'
import { PARTITIONS } from './pipeline-stack.ts'
import { type FaultScene } from './fault-case.ts'

const NUMBER = '106540352242922'

/** A webhook that lies in the raw log without having come in by HTTP. */
export interface RawWebhookToBe {
  readonly body: Buffer
  /** What its header says. */
  readonly receivedAtMs: number
  readonly partition: number
}

/**
 * Puts webhooks into the raw topic as the ingestor does, each partition in the order given, and
 * notes what they say. Without an origin they claim to have just come in.
 */
export async function appendRaw(
  { load, pipeline, seed }: Pick<FaultScene, 'load' | 'pipeline' | 'seed'>,
  webhooks: readonly RawWebhookToBe[],
  origin?: RawOrigin,
): Promise<void> {
  const { raw: topic } = topicNames(1)
  const producer = pipeline.kafka.chainedProducer()
  const already = load.digests.size
  const records = webhooks.map(({ body, partition, receivedAtMs }, index) => {
    const receipt = `${seed}-${already + index}`
    // The time of the append counts if the clock is not plausible.
    load.note(body, { receipt, receivedAtMs: origin === undefined ? Date.now() : receivedAtMs })
    const headers = {
      [rawHeaders.receiptId]: receipt,
      [rawHeaders.receivedAt]: String(receivedAtMs),
      [rawHeaders.channel]: 'cloud',
      [rawHeaders.verification]: 'hmac:test',
      [rawHeaders.dialect]: 'cloud',
      [rawHeaders.contentType]: 'application/json',
      ...(origin !== undefined && { [rawHeaders.origin]: origin }),
    }
    return { partition, record: { key: null, value: body, headers } }
  })
  await Promise.all(
    Array.from({ length: PARTITIONS }, async (_, partition) => {
      const own = records.filter((one) => one.partition === partition).map(({ record }) => record)
      if (own.length > 0) await producer.send({ topic, partition }, own)
    }),
  )
  await producer.close()
}

/** A Cloud webhook with one change. */
export function cloudBody(field: string, value: object): Buffer {
  const metadata = { display_phone_number: '15550783880', phone_number_id: NUMBER }
  return Buffer.from(
    JSON.stringify({
      object: 'whatsapp_business_account',
      entry: [
        {
          id: '102290129340398',
          changes: [
            {
              field,
              value: { messaging_product: 'whatsapp', metadata, ...value },
            },
          ],
        },
      ],
    }),
  )
}

export function statusBody(ids: readonly string[], status: string, atMs: number): Buffer {
  const timestamp = String(Math.floor(atMs / 1_000))
  return cloudBody('messages', {
    statuses: ids.map((id) => ({ id, status, timestamp, recipient_id: '4915112345678' })),
  })
}
