import { type ClickHouse } from '@wabastream/clickhouse'
import {
  type DeadLetter,
  isWhatsAppEvent,
  type ServiceName,
  stageOf,
  toDeadLetterRecord,
  topicNames,
} from '@wabastream/contracts'
import { readTargets, redriveRecord } from '@wabastream/decoding'
import { type Poster } from '@wabastream/forwarding'
import { type KafkaClient } from '@wabastream/kafka'
import { type ChainedProducer, toInsertFailure } from '@wabastream/processing'
import { type AvroCodec, CodecError } from '@wabastream/schema-registry'
import {
  type DeadLetterRow,
  type DeadLetterWithBody,
  readOpenLettersOf,
  readSinkLettersOf,
} from './dead-letter-queries.ts'
import { redriveMark } from './redrive-mark.ts'
import { redriveForwarded } from './redrive-forwarded.ts'
import { deleteSuperseded } from './replace-rows.ts'
import { writeRows } from './write-rows.ts'

export interface RedriveTools {
  readonly clickhouse: ClickHouse
  readonly kafka: KafkaClient
  readonly producer: ChainedProducer
  readonly codec: AvroCodec
  readonly generation: number
  readonly isDryRun: boolean
  /** What sends to a destination; undefined for one that is not configured. */
  readonly posterOf: (destination: string) => Pick<Poster, 'post'> | undefined
}

export interface RedriveOutcome {
  readonly id: string
  readonly outcome: 'redriven' | 'failed' | 'unavailable'
  readonly detail: string
}

/** Tries the records of the letters again, each record once; yields the outcome of each letter. */
export async function* redriveLetters(
  tools: RedriveTools,
  letters: readonly DeadLetterRow[],
): AsyncGenerator<RedriveOutcome, void> {
  const records = Map.groupBy(letters, recordOf)
  // In ClickHouse their rows still say that the letters are open.
  const superseded = new Set<string>()
  for (const [record, [first]] of records) {
    if (first === undefined) continue
    if (superseded.has(record)) {
      yield { id: first.id, outcome: 'redriven', detail: 'read again with its webhook' }
      continue
    }
    const open = await readOpenLettersOf(tools.clickhouse, tools.generation, first)
    const { itemsRead, outcomes } = await redriveOne(tools, open)
    yield* outcomes
    const isRead = outcomes.some(({ outcome }) => outcome !== 'unavailable')
    if (first.stage !== 'decoder' || !isRead) continue
    for (const letter of await settleSuperseded(tools, first, itemsRead))
      superseded.add(recordOf(letter))
  }
}

function recordOf({ topic, partition, offset, stage, destination }: DeadLetterRow): string {
  return `${topic} ${partition} ${offset} ${stage} ${destination}`
}

/**
 * Events of the webhook that the sink could not write were sent again with it. If their letters
 * were redriven later, they would replace what is read now by what was read before.
 */
async function settleSuperseded(
  tools: RedriveTools,
  raw: DeadLetterRow,
  itemsRead: number,
): Promise<readonly DeadLetterRow[]> {
  const { clickhouse, codec, generation } = tools
  const { receiptId } = raw
  const { events: topic } = topicNames(generation)
  const settled: DeadLetterRow[] = []
  for (const letter of await readSinkLettersOf(clickhouse, { generation, receiptId, topic })) {
    if (!(await isReadAgain(codec, letter.body, { raw, itemsRead }))) continue
    await settle(tools, letter, undefined)
    settled.push(letter)
  }
  return settled
}

/** The same webhook may have been appended twice, under one receipt. */
async function isReadAgain(
  codec: AvroCodec,
  value: Uint8Array,
  { itemsRead, raw }: { readonly raw: DeadLetterRow; readonly itemsRead: number },
): Promise<boolean> {
  let isEventOfIt = false
  await problemOf(async () => {
    await codec.prepare(value)
    const record = codec.decode(value)
    if (!isWhatsAppEvent(record)) return
    const { itemIndex, rawOffset, rawPartition } = record.data.envelope
    isEventOfIt =
      rawPartition === raw.partition && rawOffset === raw.offset && itemIndex < itemsRead
  })
  return isEventOfIt
}

interface Redriven {
  readonly outcomes: readonly RedriveOutcome[]
  /** Items of the webhook before this one have been read again. */
  readonly itemsRead: number
}

async function redriveOne(
  tools: RedriveTools,
  open: readonly DeadLetterWithBody[],
): Promise<Redriven> {
  const [letter] = open
  if (letter === undefined) return { outcomes: [], itemsRead: 0 }
  const { stage } = letter
  if (stage === 'forwarder') {
    const { isGone, problem } = await redriveForwarded(tools, letter)
    const outcome = isGone ? unavailable(letter, problem) : await settle(tools, letter, problem)
    return { outcomes: [outcome], itemsRead: 0 }
  }
  if (stage === 'read-receipts') {
    const problem = await redriveMark(tools, letter)
    return { outcomes: [await settle(tools, letter, problem)], itemsRead: 0 }
  }
  switch (stageOf(stage).kind) {
    case 'decoder':
      return redriveWebhook(tools, open)
    case 'processor':
      return { outcomes: [await redriveEvent(tools, letter)], itemsRead: 0 }
    case 'sink':
      return { outcomes: [await redriveRows(tools, letter, stage)], itemsRead: 0 }
    case 'receiver':
      throw new Error(`${stage} answers what it can't take, and writes no letter`)
  }
}

/** Decodes the whole raw record again: items that were right before keep their positions. */
async function redriveWebhook(
  { clickhouse, codec, generation, isDryRun, kafka, producer }: RedriveTools,
  open: readonly DeadLetterWithBody[],
): Promise<Redriven> {
  const [first] = open
  const record = first === undefined ? null : await kafka.readRecord(first)
  if (record === null) {
    return { outcomes: open.map((letter) => unavailable(letter)), itemsRead: 0 }
  }
  const topics = topicNames(generation)
  const counts = await kafka.admin.partitionCounts([topics.events])
  const targets = await readTargets(kafka.admin, topics, counts.get(topics.events) ?? 0)
  const { failed, itemsRead } = await redriveRecord(record, open.map(toDeadLetter), {
    codec,
    generation,
    isDryRun,
    producer,
    targets,
    nowMs: Date.now(),
    letterPartitions: new Map(open.map((one) => [one.itemIndex, one.letterPartition])),
    onDecoded: (records, read) =>
      deleteSuperseded({ clickhouse, generation }, record, {
        events: records.filter(isWhatsAppEvent),
        itemsRead: read,
      }),
  })
  const details = new Map(failed.map((letter) => [letter.itemIndex, letter.detail]))
  const outcomes = open.map(({ id, itemIndex }): RedriveOutcome => {
    const detail = details.get(itemIndex)
    return detail === undefined
      ? { id, outcome: 'redriven', detail: '' }
      : { id, outcome: 'failed', detail }
  })
  return { outcomes, itemsRead }
}

/**
 * Appends an event that the processor could not read to its topic again, unchanged, once it can be
 * read.
 */
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

/**
 * Writes rows that ClickHouse refused, or records that the sink could not read, under their keys.
 */
async function redriveRows(
  tools: RedriveTools,
  letter: DeadLetterWithBody,
  stage: ServiceName,
): Promise<RedriveOutcome> {
  const { id } = letter
  if (!stageOf(stage).servers.includes('clickhouse')) {
    return { id, outcome: 'unavailable', detail: `${stage} alone can write its rows` }
  }
  const record = await tools.kafka.readRecord(letter)
  const value = record?.value ?? letter.body
  const { offset, partition } = letter
  const place = { offset, partition, ...(record && { timestampMs: record.timestampMs }) }
  const problem = await problemOf(() => writeRows(tools, place, value))
  return settle(tools, letter, problem)
}

/** Writes the letter again: as redriven, or with one more attempt. */
export async function settle(
  {
    codec,
    generation,
    isDryRun,
    producer,
  }: Pick<RedriveTools, 'codec' | 'generation' | 'isDryRun' | 'producer'>,
  row: DeadLetterWithBody,
  problem: string | undefined,
): Promise<RedriveOutcome> {
  const letter = toDeadLetter(row)
  const next: DeadLetter = {
    ...letter,
    attempts: letter.attempts + 1,
    ...(problem === undefined ? { redrivenAt: Date.now() } : { detail: problem }),
  }
  if (!isDryRun) {
    const target = { topic: topicNames(generation).deadLetters, partition: row.letterPartition }
    await producer.send(target, [toDeadLetterRecord(next, codec)])
  }
  const { id } = row
  return problem === undefined
    ? { id, outcome: 'redriven', detail: '' }
    : { id, outcome: 'failed', detail: problem }
}

const DETAIL_CHARACTERS_MAX = 1_000

/** The reason why the record itself fails; throws anything that may pass. */
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
  return error instanceof CodecError || toInsertFailure(error) === 'bad_rows'
}

function unavailable(
  { id, offset, partition, topic }: DeadLetterRow,
  detail = `${topic} ${partition}/${offset} is no longer in Kafka`,
): RedriveOutcome {
  return { id, outcome: 'unavailable', detail }
}

function toDeadLetter(row: DeadLetterWithBody): DeadLetter {
  const { id: _, bytes: _bytes, state: _state, letterPartition: _partition, ...letter } = row
  return letter
}
