import {
  type CheckedSlice,
  checkSlice,
  type ClickHouse,
  readFirstOffsets,
  type Slice,
  totalSlice,
} from '@wabastream/clickhouse'
import {
  consumerGroup,
  databaseName,
  rawHeaders,
  receivedAtOf,
  topicNames,
} from '@wabastream/contracts'
import { type KafkaClient, toKafkaRecord } from '@wabastream/kafka'
import { type NamedDifference, nameDifferences } from './name-differences.ts'

export interface HourRow {
  readonly hour: string
  readonly channel: string
  rawRecords: number
  verdicts: number
  resent: number
  eventsCounted: number
  eventsStored: number
  lettersCounted: number
  lettersStored: number
  difference: number
}

export interface ReconcileResult {
  readonly partitions: readonly {
    readonly partition: number
    readonly start: number
    readonly end: number
    readonly decodedTo: number
    readonly comparedFrom: number
  }[]
  readonly hours: readonly HourRow[]
  /** The first of the differences, by place. */
  readonly differences: readonly NamedDifference[]
  /** The number of places beyond these. */
  readonly unlisted: number
}

const SLICE_OFFSETS = 50_000
/** At most this many are held in memory, however much is missing. */
const DIFFERENCES_MAX = 10_000
const GAPS_LOOKED_UP_MAX = 200
const HOUR_MS = 3_600_000

/** Compares the raw topic of a span of time with its verdicts and rows, by hour and channel. */
export async function reconcileRange({
  clickhouse,
  kafka,
  generation,
  fromMs,
  toMs,
}: {
  readonly clickhouse: ClickHouse
  readonly kafka: KafkaClient
  readonly generation: number
  readonly fromMs: number
  readonly toMs: number
}): Promise<ReconcileResult> {
  const source = { client: clickhouse, database: databaseName(generation) }
  const { raw } = topicNames(generation)
  const starts = await kafka.admin.startOffsets(raw)
  const ends = await kafka.admin.endOffsets(raw)
  const decoded = await kafka.admin.committedOffsets(consumerGroup('decoder', generation), raw)
  const firsts = await readFirstOffsets(source, fromMs)
  const afters = await readFirstOffsets(source, toMs)
  const hours = new Hours()
  const differences: NamedDifference[] = []
  let unlisted = 0
  const partitions = [...ends].map(([partition, end]) => {
    const start = starts.get(partition) ?? 0
    const first = firsts.get(partition)
    const begin = first?.hasOlder === true ? first.offset : 0
    return {
      partition,
      start,
      end,
      decodedTo: decoded.get(partition) ?? start,
      comparedFrom: Math.max(start, begin),
    }
  })
  for (const { partition, comparedFrom, decodedTo } of partitions) {
    const after = afters.get(partition)
    const to = after?.hasNewer === true ? Math.min(after.offset, decodedTo) : decodedTo
    for (let from = comparedFrom; from < to; from += SLICE_OFFSETS) {
      const slice = { rawPartition: partition, from, to: Math.min(to, from + SLICE_OFFSETS) }
      const checked = await addSlice({ ...source, kafka, generation, raw, slice, hours })
      const named = nameDifferences(checked)
      const listed = named.slice(0, DIFFERENCES_MAX - differences.length)
      differences.push(...listed)
      unlisted += named.length - listed.length
    }
  }
  return { partitions, hours: hours.sorted(), differences, unlisted }
}

async function addSlice(options: {
  readonly client: ClickHouse
  readonly database: string
  readonly kafka: KafkaClient
  readonly generation: number
  readonly raw: string
  readonly slice: Slice
  readonly hours: Hours
}): Promise<CheckedSlice> {
  const { client, database, generation, hours, kafka, raw, slice } = options
  const query = { client, database, generation, rawTopic: raw, slice }
  const checked = await checkSlice(query)
  for (const total of await totalSlice(query)) {
    const row = hours.row(total.hourMs, total.channel)
    row.rawRecords += total.verdicts
    row.verdicts += total.verdicts
    row.resent += total.resent
    row.eventsCounted += total.eventsCounted
    row.eventsStored += total.eventsStored
    row.lettersCounted += total.lettersCounted
    row.lettersStored += total.lettersStored
  }
  for (const { amount, channel, receivedAt } of checked.differences) {
    hours.row(receivedAt, channel).difference += amount
  }
  let lookedUp = 0
  for (const gap of checked.gaps) {
    for (let offset = gap.from; offset < gap.to; offset += 1) {
      lookedUp += 1
      const found =
        lookedUp > GAPS_LOOKED_UP_MAX
          ? UNKNOWN
          : await readOrigin(kafka, { topic: raw, partition: slice.rawPartition, offset })
      const row = hours.row(found.receivedAt, found.channel)
      row.rawRecords += 1
      row.difference += 1
    }
  }
  return checked
}

const UNKNOWN = { receivedAt: Number.NaN, channel: '' }

/** Only its headers say where a record without a verdict belongs. */
async function readOrigin(
  kafka: Pick<KafkaClient, 'readRecord'>,
  position: { readonly topic: string; readonly partition: number; readonly offset: number },
): Promise<typeof UNKNOWN> {
  const stored = await kafka.readRecord(position)
  if (stored === null) return UNKNOWN
  const record = toKafkaRecord(stored)
  return {
    // As the decoder would see it.
    receivedAt: receivedAtOf(record).receivedAt,
    channel: record.headerText(rawHeaders.channel) ?? '',
  }
}

class Hours {
  readonly #rows = new Map<string, HourRow>()

  /** Not a number: the hour is not known. */
  row(ms: number, channel: string): HourRow {
    const hour = Number.isNaN(ms)
      ? '(unknown)'
      : new Date(ms - (ms % HOUR_MS)).toISOString().slice(0, 16)
    const key = `${hour} ${channel}`
    const known = this.#rows.get(key)
    if (known !== undefined) return known
    const row = {
      hour,
      channel,
      rawRecords: 0,
      verdicts: 0,
      resent: 0,
      eventsCounted: 0,
      eventsStored: 0,
      lettersCounted: 0,
      lettersStored: 0,
      difference: 0,
    }
    this.#rows.set(key, row)
    return row
  }

  sorted(): readonly HourRow[] {
    return [...this.#rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
  }
}
