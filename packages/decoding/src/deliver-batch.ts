import { receivedAtHeader, type WebhookVerdict } from '@wabastream/contracts'
import {
  type BatchContext,
  type ChainedProducer,
  type OutgoingRecord,
  type RecordBatch,
  sendLetters,
  type TopicPartition,
} from '@wabastream/processing'
import { type AvroCodec } from '@wabastream/schema-registry'
import { type DecodedBatch } from './decode-batch.ts'
import { type Target, type Targets } from './read-targets.ts'
import { RecordSender } from './record-sender.ts'
import { type Amended, amendForRefused } from './refused-event.ts'

export interface DeliverOptions {
  readonly codec: Pick<AvroCodec, 'decode' | 'encode'>
  readonly producer: Pick<ChainedProducer, 'send'>
  readonly targets: Targets
  readonly generation: number
  /**
   * Partitions of the dead letters topic in which letters already are, by item; for other letters
   * the raw partition decides. The offset shows which of a letter's attempts is the last, so all of
   * them stay in one partition, even if partitions were added to the topic since.
   */
  readonly letterPartitions?: ReadonlyMap<number, number>
}

/** Keeps a record of verdicts far below any limit of size. */
const VERDICTS_PER_RECORD_MAX = 1_000

/**
 * Resolves when everything is durable: first the events, then the verdicts that count them and the
 * dead letters. Throws what Kafka throws; the whole batch may then be delivered again.
 */
export async function deliverBatch(
  batch: RecordBatch,
  decoded: DecodedBatch,
  context: Pick<BatchContext, 'isStale'>,
  options: DeliverOptions,
): Promise<Amended> {
  const { codec, generation, letterPartitions, producer, targets } = options
  const sender = new RecordSender(producer, context)
  const refused = await Promise.all(
    [...decoded.events].map(([partition, records]) =>
      sender.sendAcceptable({ topic: targets.events.topic, partition }, records),
    ),
  )
  const refusedEvents = refused.flat().map(({ value }) => codec.decode(value ?? NO_BYTES))
  const amended = amendForRefused(decoded, refusedEvents, { batch, generation })
  const verdicts = toVerdictRecords(batch, amended.verdicts, codec)
  const ofBatch = partitionFor(batch, targets.deadLetters)
  const letters = Map.groupBy(
    amended.deadLetters,
    ({ itemIndex }) => letterPartitions?.get(itemIndex) ?? ofBatch.partition,
  )
  await Promise.all([
    sender.send(partitionFor(batch, targets.decoded), verdicts),
    ...[...letters].map(([partition, some]) =>
      sendLetters({ ...ofBatch, partition }, some, {
        codec,
        send: (target, records) => sender.send(target, records),
      }),
    ),
  ])
  return amended
}

const NO_BYTES = new Uint8Array()

/** Keeps together what is about the same raw partition. */
function partitionFor(batch: RecordBatch, { partitions, topic }: Target): TopicPartition {
  return { topic, partition: batch.partition % partitions }
}

function toVerdictRecords(
  batch: RecordBatch,
  verdicts: readonly WebhookVerdict[],
  codec: Pick<AvroCodec, 'encode'>,
): readonly OutgoingRecord[] {
  const records: OutgoingRecord[] = []
  const firstOffset = batch.records[0]?.offset ?? 0
  for (let start = 0; start < verdicts.length; start += VERDICTS_PER_RECORD_MAX) {
    const part = verdicts.slice(start, start + VERDICTS_PER_RECORD_MAX)
    const value = codec.encode('WebhooksDecoded', {
      rawPartition: batch.partition,
      firstOffset,
      verdicts: part,
    })
    records.push({ key: null, value, headers: receivedAtHeader(part.at(-1)?.receivedAt ?? 0) })
  }
  return records
}
