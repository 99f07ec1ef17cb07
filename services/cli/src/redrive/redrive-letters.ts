import { classifyInsertFailure, type ClickHouse } from '@wabastream/clickhouse'
import { type DeadLetter, RECEIVED_AT_HEADER, topicNames } from '@wabastream/contracts'
import { readTargets, redriveRecord } from '@wabastream/decoder'
import { type KafkaClient } from '@wabastream/kafka'
import { type ChainedProducer } from '@wabastream/processing'
import { type AvroCodec, CodecError } from '@wabastream/schema-registry'
import { type DeadLetterRow, type DeadLetterWithBody, readOpenLettersOf } from
  '../query/dead-letter-queries.ts'
import { writeRows } from './write-rows.ts'

export interface RedriveTools {
  readonly clickhouse: ClickHouse
  readonly kafka: KafkaClient
  readonly producer: ChainedProducer
  readonly codec: AvroCodec
  readonly generation: number
  readonly isDryRun: boolean
}

export interface RedriveOutcome {
  readonly id: string
  readonly outcome: 'redriven' | 'failed' | 'unavailable'
  readonly detail: string
}

/** Tries the records of the letters again, each record once; yields what became of each letter. */
export async function* redriveLetters(
  tools: RedriveTools,
  letters: readonly DeadLetterRow[],
): AsyncGenerator<RedriveOutcome, void> {
  const records = Map.groupBy(letters, ({ topic, partition, offset, stage }) =>
    `${topic} ${partition} ${offset} ${stage}`)
  for (const [first] of records.values()) {
    if (first === undefined) continue
    const open = await readOpenLettersOf(tools.clickhouse, first)
    yield* await redriveOne(tools, open)
  }
}

async function redriveOne(
  tools: RedriveTools,
  open: readonly DeadLetterWithBody[],
): Promise<readonly RedriveOutcome[]> {
  const [letter] = open
  if (letter === undefined) return []
  switch (letter.stage) {
    case 'decoder': return redriveWebhook(tools, open)
    case 'timeline-processor': return [await redriveEvent(tools, letter)]
    case 'clickhouse-sink': return [await redriveRows(tools, letter)]
  }
}

/** The whole raw record again: items that were right before keep their positions. */
async function redriveWebhook(
  { codec, generation, isDryRun, kafka, producer }: RedriveTools,
  open: readonly DeadLetterWithBody[],
): Promise<readonly RedriveOutcome[]> {
  const [first] = open
  const record = first === undefined ? null : await kafka.readRecord(first)
  if (record === null) return open.map((letter) => unavailable(letter))
  const topics = topicNames(generation)
  const counts = await kafka.admin.partitionCounts([topics.events])
  const targets = await readTargets(kafka.admin, topics, counts.get(topics.events) ?? 0)
  const { failed } = await redriveRecord(record, open.map(toDeadLetter), {
    codec, generation, isDryRun, producer, targets, nowMs: Date.now(),
    letterPartitions: new Map(open.map((one) => [one.itemIndex, one.letterPartition])),
  })
  const details = new Map(failed.map((letter) => [letter.itemIndex, letter.detail]))
  return open.map(({ id, itemIndex }) => {
    const detail = details.get(itemIndex)
    return detail === undefined
      ? { id, outcome: 'redriven', detail: '' }
      : { id, outcome: 'failed', detail }
  })
}

/** An event that the processor could not read: appended again as it is, once it can be read. */
async function redriveEvent(
  tools: RedriveTools,
  letter: DeadLetterWithBody,
): Promise<RedriveOutcome> {
  const { codec, isDryRun, kafka, producer } = tools
  const record = await kafka.readRecord(letter)
  if (record?.value === null || record === null) return unavailable(letter)
  const { headers, key, value } = record
  const { topic, partition } = letter
  const problem = await problemOf(async () => {
    await codec.prepare(value)
    codec.decode(value)
  })
  if (problem === undefined && !isDryRun) {
    const given = headers.flatMap(([name, bytes]) => (bytes === null ? [] : [[name, bytes]]))
    await producer.send({ topic, partition }, [{ key, value, headers: Object.fromEntries(given) }])
  }
  return settle(tools, letter, problem)
}

/** Rows that ClickHouse refused, or records that the sink could not read: written by their keys. */
async function redriveRows(
  tools: RedriveTools,
  letter: DeadLetterWithBody,
): Promise<RedriveOutcome> {
  const record = await tools.kafka.readRecord(letter)
  const value = record?.value ?? letter.body
  const problem = await problemOf(() => writeRows(tools, letter, value))
  return settle(tools, letter, problem)
}

/** Writes the letter again: done with, or with one more attempt. */
async function settle(
  { codec, generation, isDryRun, producer }: RedriveTools,
  row: DeadLetterWithBody,
  problem: string | undefined,
): Promise<RedriveOutcome> {
  const letter = toDeadLetter(row)
  const next: DeadLetter = {
    ...letter, attempts: letter.attempts + 1,
    ...(problem === undefined ? { redrivenAt: Date.now() } : { detail: problem }),
  }
  if (!isDryRun) {
    const target = { topic: topicNames(generation).deadLetters, partition: row.letterPartition }
    const headers = { [RECEIVED_AT_HEADER]: String(letter.receivedAt) }
    await producer.send(target, [{ key: null, value: codec.encode('DeadLetter', next), headers }])
  }
  const { id } = row
  return problem === undefined
    ? { id, outcome: 'redriven', detail: '' }
    : { id, outcome: 'failed', detail: problem }
}

const DETAIL_CHARACTERS_MAX = 1_000

/** The reason why the record itself fails; anything that may pass is thrown. */
async function problemOf(attempt: () => Promise<void>): Promise<string | undefined> {
  try {
    await attempt()
    return undefined
  } catch (error) {
    if (!isOfRecord(error)) throw error
    return String(error).slice(0, DETAIL_CHARACTERS_MAX).toWellFormed()
  }
}

function isOfRecord(error: unknown): boolean {
  return error instanceof CodecError
    || classifyInsertFailure(error) === 'bad_rows'
}

function unavailable({ id, offset, partition, topic }: DeadLetterRow): RedriveOutcome {
  const detail = `${topic} ${partition}/${offset} is no longer in Kafka`
  return { id, outcome: 'unavailable', detail }
}

function toDeadLetter(row: DeadLetterWithBody): DeadLetter {
  const { id: _, bytes: _bytes, state: _state, letterPartition: _partition, ...letter } = row
  return letter
}
