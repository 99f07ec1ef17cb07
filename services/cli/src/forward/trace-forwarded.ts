import { type ClickHouse } from '@wabastream/clickhouse'
import { databaseName, receivedAtOf } from '@wabastream/contracts'
import {
  type Control,
  createSelect,
  type Destination,
  type Ledger,
  receiptIdOf,
  type Select,
  toCandidate,
} from '@wabastream/forwarding'
import { type KafkaClient, toKafkaRecord } from '@wabastream/kafka'
import { type KafkaRecord } from '@wabastream/processing'
import { readLedgers } from './read-status.ts'
import { RAW_TOPIC } from './forwarding.ts'

/** What became of one webhook, as far as one destination is concerned. */
export type Outcome =
  | 'acknowledged'
  | 'acknowledged when it was redriven'
  | 'refused'
  | 'pending'
  | 'left out by its filter'
  | 'came before it began'
  /** Its letter may not be a row yet, or its filter is not known. */
  | 'acknowledged, refused or left out'

export interface ForwardedWebhook {
  readonly partition: number
  readonly offset: number
  readonly receiptId: string
  readonly receivedAt: number | null
  readonly destination: string
  readonly outcome: Outcome
  /** Id of the dead letter; null without one. */
  readonly letter: string | null
}

interface Place {
  readonly partition: number
  readonly offset: number
}

interface Letter extends Place {
  readonly destination: string
  readonly id: string
  readonly isOpen: boolean
}

const WEBHOOKS_MAX = 1_000

/** What became of each webhook about a message, for each destination. */
export async function traceForwarded(options: {
  readonly kafka: KafkaClient
  readonly clickhouse: ClickHouse
  readonly generation: number
  readonly control: Control
  readonly destinations: readonly string[]
  readonly configured: readonly Destination[]
  readonly messageId: string
}): Promise<readonly ForwardedWebhook[]> {
  const { clickhouse, configured, control, destinations, generation, kafka, messageId } = options
  const database = databaseName(generation)
  const places = await clickhouse.query<Place>(
    `SELECT DISTINCT raw_partition AS partition, raw_offset AS offset
    FROM ${database}.message_events WHERE message_id = {messageId:String}
    ORDER BY received_at, partition, offset LIMIT ${WEBHOOKS_MAX}`,
    { messageId },
  )
  const letters = await readLetters(clickhouse, database, places)
  const ends = await kafka.admin.endOffsets(RAW_TOPIC)
  const lettersOf = await countLetters(clickhouse, database)
  const records: { readonly place: Place; readonly record: KafkaRecord | null }[] = []
  // One after the other, because each has a connection of its own.
  for (const place of places) {
    const stored = await kafka.readRecord({ topic: RAW_TOPIC, ...place })
    records.push({ place, record: stored === null ? null : toKafkaRecord(stored) })
  }
  const found: ForwardedWebhook[] = []
  for (const destination of destinations) {
    const ledgers = await readLedgers(kafka, destination, { control, ends })
    const tallies = [...ledgers.values()].map((ledger) => ledger.tally())
    const refused = tallies.reduce((sum, tally) => sum + tally.refused, 0)
    // As many letters as refusals: what has no letter was not refused.
    const hasAllLetters = (lettersOf.get(destination) ?? 0) >= refused
    const known = configured.find(({ name }) => name === destination)
    const select = known === undefined ? undefined : createSelect(known)
    for (const { place, record } of records) {
      const letter = letters.find((one) => one.destination === destination && isAt(one, place))
      const ledger = ledgers.get(place.partition)
      found.push({
        ...place,
        destination,
        receiptId: record === null ? '' : receiptIdOf(record, place.partition),
        receivedAt: record === null ? null : receivedAtOf(record).receivedAt,
        letter: letter?.id ?? null,
        outcome: outcomeOf({
          offset: place.offset,
          ledger,
          letter,
          record,
          select,
          hasAllLetters,
        }),
      })
    }
  }
  return found
}

function outcomeOf(given: {
  readonly offset: number
  readonly ledger: Ledger | undefined
  readonly letter: Letter | undefined
  readonly record: KafkaRecord | null
  readonly select: Select | undefined
  readonly hasAllLetters: boolean
}): Outcome {
  const { hasAllLetters, ledger, letter, offset, record, select } = given
  if (letter !== undefined) return letter.isOpen ? 'refused' : 'acknowledged when it was redriven'
  if (ledger === undefined || offset < ledger.start) return 'came before it began'
  if (!ledger.isSettled(offset)) return 'pending'
  const candidate = record === null ? null : toCandidate(record)
  if (candidate === null || select === undefined) return 'acknowledged, refused or left out'
  if (select(candidate) === undefined) return 'left out by its filter'
  return hasAllLetters ? 'acknowledged' : 'acknowledged, refused or left out'
}

function isAt(one: Place, other: Place): boolean {
  return one.partition === other.partition && one.offset === other.offset
}

function readLetters(
  clickhouse: ClickHouse,
  database: string,
  places: readonly Place[],
): Promise<readonly Letter[]> {
  if (places.length === 0) return Promise.resolve([])
  const list = places.map(({ offset, partition }) => `(${partition}, ${offset})`).join(', ')
  return clickhouse.query<Letter>(
    `SELECT partition, offset, destination, redriven_at IS NULL AS isOpen,
      concat(toString(letter_partition), '-', toString(letter_offset)) AS id
    FROM ${database}.dead_letters FINAL
    WHERE stage = 'forwarder' AND topic = {topic:String} AND (partition, offset) IN (${list})`,
    { topic: RAW_TOPIC },
  )
}

/** By destination, each webhook once. */
export async function countLetters(
  clickhouse: ClickHouse,
  database: string,
): Promise<ReadonlyMap<string, number>> {
  const rows = await clickhouse.query<{ destination: string; letters: number }>(
    `SELECT destination, uniqExact(partition, offset) AS letters
    FROM ${database}.dead_letters WHERE stage = 'forwarder' GROUP BY destination`,
    {},
  )
  return new Map(rows.map(({ destination, letters }) => [destination, letters]))
}
