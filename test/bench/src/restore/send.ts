import { type KafkaClient } from '@wabastream/kafka'
import { type OutgoingRecord } from '@wabastream/processing'

const SEND_RECORDS = 1_000

export interface PlacedRecord {
  readonly partition: number
  readonly record: OutgoingRecord
}

/** Appends `count` records to the topic, each to its partition, in the order of their index. */
export async function sendRecords(
  kafka: Pick<KafkaClient, 'chainedProducer'>,
  {
    count,
    make,
    topic,
  }: {
    readonly topic: string
    readonly count: number
    readonly make: (index: number) => PlacedRecord
  },
): Promise<void> {
  const producer = kafka.chainedProducer()
  const waiting = new Map<number, OutgoingRecord[]>()
  const underWay = new Map<number, Promise<unknown>>()
  const send = async (partition: number, records: readonly OutgoingRecord[]): Promise<void> => {
    await underWay.get(partition)
    underWay.set(partition, producer.send({ topic, partition }, records))
  }
  for (let index = 0; index < count; index += 1) {
    const { partition, record } = make(index)
    const records = waiting.get(partition) ?? []
    records.push(record)
    waiting.set(partition, records)
    if (records.length < SEND_RECORDS) continue
    waiting.delete(partition)
    await send(partition, records)
  }
  for (const [partition, records] of waiting) await send(partition, records)
  await Promise.all(underWay.values())
  await producer.close()
}
