import {
  type DeadLetter,
  receivedAtHeader,
  TRACEPARENT_HEADER,
  type WebhookVerdict,
  type WhatsAppEvent,
} from '@wabastream/contracts'
import {
  type KafkaRecord,
  type OutgoingRecord,
  type RecordBatch,
  type RecordTraces,
} from '@wabastream/processing'
import { type AvroCodec, CodecError } from '@wabastream/schema-registry'
import {
  type TranslatedWebhook,
  translateWebhook,
  type WebhookDeadLetter,
} from '@wabastream/whatsapp'
import { toWebhookLetter } from './dead-letter.ts'
import { type RoutedRecord, toEventRecord } from './event-record.ts'
import { EventTally } from './event-tally.ts'
import { type RawWebhook, toRawWebhook } from './raw-webhook.ts'

export interface DecodeOptions {
  readonly codec: Pick<AvroCodec, 'encode'>
  /** Of the events topic. */
  readonly partitions: number
  readonly generation: number
  readonly traces?: Pick<RecordTraces, 'traceparentOf'> | undefined
}

/** What became of a batch of raw records, ready to be sent. */
export interface DecodedBatch {
  /** Records of the events topic by partition, in the order of the batch. */
  readonly events: ReadonlyMap<number, readonly OutgoingRecord[]>
  readonly deadLetters: readonly DeadLetter[]
  /** One for each record of the batch, in order. */
  readonly verdicts: readonly WebhookVerdict[]
  readonly tally: EventTally
}

/** Records of a batch that follow one another, and what became of them. */
export interface DecodedSlice {
  readonly batch: RecordBatch
  readonly decoded: DecodedBatch
}

type Headers = Readonly<Record<string, string>>

/** Larger events are refused here, because the broker would refuse their whole batch. */
const EVENT_BYTES_MAX = 3_500_000

/** Bounds what a slice holds in memory, not counting what its last record adds. */
const SLICE_ITEMS_MAX = 20_000
const SLICE_BYTES_MAX = 8 * 1024 * 1024

/**
 * Raw records to events, verdicts and dead letters. Pure: the same batch gives the same. A batch
 * whose records hold much becomes several slices, each made when it is asked for, so that only one
 * is in memory.
 */
export function* decodeInSlices(
  batch: RecordBatch,
  options: DecodeOptions,
): Generator<DecodedSlice, void> {
  const { records } = batch
  let start = 0
  let decoded = new BatchDecoding(options)
  for (const [place, record] of records.entries()) {
    decoded.add(record, batch)
    const end = place + 1
    if (!decoded.isFull && end < records.length) continue
    yield { batch: toSlice(batch, start, end), decoded }
    start = end
    decoded = new BatchDecoding(options)
  }
}

/** Everything at once: for batches that are known to be small. */
export function decodeBatch(batch: RecordBatch, options: DecodeOptions): DecodedBatch {
  const decoded = new BatchDecoding(options)
  for (const record of batch.records) decoded.add(record, batch)
  return decoded
}

function toSlice(batch: RecordBatch, start: number, end: number): RecordBatch {
  const { fetchedOffset, nextOffset, records } = batch
  return {
    ...batch,
    records: records.slice(start, end),
    fetchedOffset: start === 0 ? fetchedOffset : (records[start]?.offset ?? fetchedOffset),
    nextOffset: records[end]?.offset ?? nextOffset,
  }
}

class BatchDecoding implements DecodedBatch {
  readonly events = new Map<number, OutgoingRecord[]>()
  readonly deadLetters: DeadLetter[] = []
  readonly verdicts: WebhookVerdict[] = []
  readonly tally = new EventTally()
  readonly #options: DecodeOptions
  #firstOffset: number | undefined
  #items = 0
  #bytes = 0

  constructor(options: DecodeOptions) {
    this.#options = options
  }

  get isFull(): boolean {
    return this.#items >= SLICE_ITEMS_MAX || this.#bytes >= SLICE_BYTES_MAX
  }

  add(record: KafkaRecord, batch: RecordBatch): void {
    const raw = toRawWebhook(record, batch)
    this.tally.addReceipt(raw.receivedAtProblem)
    const headers = toHeaders(raw, this.#options.traces?.traceparentOf(record))
    const firstOffset = (this.#firstOffset ??= record.offset)
    this.#items += 1
    const translated = translateWebhook(raw.body, raw.context)
    for (const letter of translated.deadLetters) this.#refuse(letter, raw)
    const refused = this.#addItems(translated.events, raw, headers)
    this.verdicts.push(toVerdict({ raw, translated, refused, firstOffset }))
  }

  /** Events of one item belong together: all of them are sent, or none. */
  #addItems(events: readonly WhatsAppEvent[], raw: RawWebhook, headers: Headers): number {
    let refused = 0
    for (let start = 0; start < events.length;) {
      const end = endOfItem(events, start)
      const item = start === 0 && end === events.length ? events : events.slice(start, end)
      if (!this.#addItem(item, raw, headers)) refused += 1
      start = end
    }
    return refused
  }

  #addItem(events: readonly WhatsAppEvent[], raw: RawWebhook, headers: Headers): boolean {
    const records = this.#encode(events, raw, headers)
    if (records === null) return false
    this.#items += 1
    for (const { partition, record } of records) {
      this.#bytes += bytesOf(record)
      const outgoing = this.events.get(partition)
      if (outgoing === undefined) this.events.set(partition, [record])
      else outgoing.push(record)
    }
    for (const event of events) this.tally.add(event)
    return true
  }

  #encode(
    events: readonly WhatsAppEvent[],
    raw: RawWebhook,
    headers: Headers,
  ): readonly RoutedRecord[] | null {
    const { codec, partitions } = this.#options
    const itemIndex = events[0]?.data.envelope.itemIndex ?? -1
    try {
      const records = events.map((event) => toEventRecord(event, { codec, partitions, headers }))
      const tooLarge = records.find(({ record }) => bytesOf(record) > EVENT_BYTES_MAX)
      if (tooLarge === undefined) return records
      const detail = `event of ${bytesOf(tooLarge.record)} bytes`
      this.#refuse({ reason: 'too_large', detail, itemIndex, item: events[0]?.data }, raw)
    } catch (error) {
      if (!(error instanceof CodecError)) throw error
      const detail = error.message
      this.#refuse({ reason: 'schema_rejected', detail, itemIndex, item: events[0]?.data }, raw)
    }
    return null
  }

  #refuse(letter: WebhookDeadLetter, raw: RawWebhook): void {
    const deadLetter = toWebhookLetter(letter, raw, this.#options.generation)
    this.#items += 1
    this.#bytes += deadLetter.body.length
    this.deadLetters.push(deadLetter)
  }
}

/** Of every event of the webhook. */
function toHeaders({ context }: RawWebhook, traceparent: string | undefined): Headers {
  const headers = receivedAtHeader(context.receivedAt)
  return traceparent === undefined ? headers : { ...headers, [TRACEPARENT_HEADER]: traceparent }
}

function bytesOf({ value }: OutgoingRecord): number {
  return value?.length ?? 0
}

function endOfItem(events: readonly WhatsAppEvent[], start: number): number {
  const itemIndex = events[start]?.data.envelope.itemIndex
  let end = start + 1
  while (events[end]?.data.envelope.itemIndex === itemIndex && end < events.length) end += 1
  return end
}

function toVerdict(options: {
  readonly raw: RawWebhook
  readonly translated: TranslatedWebhook
  /** Items that were translated and then refused. */
  readonly refused: number
  readonly firstOffset: number
}): WebhookVerdict {
  const {
    raw: { body, context },
    translated,
    refused,
    firstOffset,
  } = options
  const { counts, deadLetters, positions, verdict } = translated
  return {
    offsetDelta: context.rawOffset - firstOffset,
    receiptId: context.receiptId,
    channel: context.channel,
    receivedAt: context.receivedAt,
    bytes: body.length,
    verdict: refused > 0 ? 'partial' : verdict,
    messages: counts.messages + counts.echoes + counts.historyMessages,
    statuses: counts.statuses,
    errors: counts.errors,
    otherFields: counts.notifications,
    events: positions - refused,
    deadLetters: deadLetters.length + refused,
  }
}
