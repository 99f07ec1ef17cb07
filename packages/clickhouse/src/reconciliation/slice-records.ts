import { type ClickHouse } from '../client/clickhouse-client.ts'
import { sqlText } from '../client/sql-literal.ts'
import { type DifferenceKind, type Slice } from './difference.ts'

export interface DifferenceSum {
  readonly kind: DifferenceKind
  /** Empty if it is not known. */
  readonly channel: string
  readonly amount: number
}

/** The result of the last look at a slice. */
export interface SliceRecord extends Slice {
  readonly checkedAt: number
  readonly firstReceivedAt: number | undefined
  readonly verdicts: number
  readonly resent: number
  readonly differences: readonly DifferenceSum[]
}

interface Source {
  readonly client: Pick<ClickHouse, 'query'>
  readonly database: string
}

export async function saveSlice(
  { client, database }: { readonly client: Pick<ClickHouse, 'command'>; readonly database: string },
  slice: SliceRecord,
): Promise<void> {
  const { rawPartition, from, to, checkedAt, firstReceivedAt, verdicts, resent } = slice
  const differences = slice.differences.map(
    ({ kind, channel, amount }) => `(${sqlText(kind)}, ${sqlText(channel)}, ${amount})`,
  )
  await client.command(`
    INSERT INTO ${database}.reconciliation_slices (raw_partition, first_offset, next_offset,
      checked_at, first_received_at, verdicts, resent, differences)
    VALUES (${rawPartition}, ${from}, ${to}, ${toTime(checkedAt)},
      ${firstReceivedAt === undefined ? 'NULL' : toTime(firstReceivedAt)}, ${verdicts}, ${resent},
      [${differences.join(', ')}])`)
}

const toTime = (ms: number): string => `fromUnixTimestamp64Milli(${ms}, 'UTC')`

/**
 * The offset up to which each raw partition was looked at; partitions never looked at are left out.
 */
export async function readWatermarks({
  client,
  database,
}: Source): Promise<ReadonlyMap<number, number>> {
  const rows = await client.query<{ readonly rawPartition: number; readonly next: number }>(`
    SELECT raw_partition AS rawPartition, max(next_offset) AS next
    FROM ${database}.reconciliation_slices GROUP BY rawPartition`)
  return new Map(rows.map(({ rawPartition, next }) => [rawPartition, next]))
}

/** When a slice was last compared, or, if none was, when the tables were made. */
export async function readLastComparison({ client, database }: Source): Promise<number> {
  const [row] = await client.query<{ readonly at: number }>(`
    SELECT if(count() = 0,
      (SELECT toInt64(toUnixTimestamp(min(applied_at))) * 1000 FROM ${database}.migrations),
      toUnixTimestamp64Milli(max(checked_at))) AS at
    FROM ${database}.reconciliation_slices`)
  return row?.at ?? 0
}

/**
 * Slices to look at again, beginning with those not looked at for longest: with differences or
 * without, and not older than `sinceMs`, because older rows may have been deleted.
 */
export async function readSlicesToRepeat(
  { client, database }: Source,
  options: {
    readonly isDifferent: boolean
    readonly sinceMs: number
    readonly countMax: number
  },
): Promise<readonly Slice[]> {
  const { isDifferent, sinceMs, countMax } = options
  return client.query<Slice>(
    `
    SELECT raw_partition AS rawPartition, first_offset AS from, next_offset AS to
    FROM ${database}.reconciliation_slices FINAL
    WHERE ${isDifferent ? 'notEmpty' : 'empty'}(differences) AND ${NOT_OLD}
    ORDER BY checked_at LIMIT {countMax:UInt32}`,
    { sinceMs, countMax },
  )
}

/** All current differences, and how many records repeat a receipt. */
export async function readReconciliation(
  { client, database }: Source,
  sinceMs: number,
): Promise<{ readonly differences: readonly DifferenceSum[]; readonly resent: number }> {
  const slices = `${database}.reconciliation_slices FINAL`
  const differences = await client.query<DifferenceSum>(
    `
    SELECT difference.kind AS kind, difference.channel AS channel,
      toUInt32(sum(difference.amount)) AS amount
    FROM ${slices} ARRAY JOIN differences AS difference
    WHERE ${NOT_OLD} GROUP BY kind, channel`,
    { sinceMs },
  )
  const [sum] = await client.query<{ readonly resent: number }>(
    `SELECT sum(resent) AS resent FROM ${slices} WHERE ${NOT_OLD}`,
    { sinceMs },
  )
  return { differences, resent: sum?.resent ?? 0 }
}

const OLDER = `received_at < fromUnixTimestamp64Milli({sinceMs:Int64}, 'UTC')`

const NOT_OLD = `(first_received_at IS NULL
  OR first_received_at >= fromUnixTimestamp64Milli({sinceMs:Int64}, 'UTC'))`

export interface FirstOffset {
  /** Where the webhooks of the time begin; one past all verdicts if there are none. */
  readonly offset: number
  readonly hasOlder: boolean
  readonly hasNewer: boolean
}

/** Where the webhooks that came in at `sinceMs` or later begin, by raw partition with verdicts. */
export async function readFirstOffsets(
  { client, database }: Source,
  sinceMs: number,
): Promise<ReadonlyMap<number, FirstOffset>> {
  const rows = await client.query<FirstOffset & { readonly rawPartition: number }>(
    `
    SELECT raw_partition AS rawPartition,
      toBool(countIf(${OLDER}) > 0) AS hasOlder, toBool(countIf(NOT ${OLDER}) > 0) AS hasNewer,
      multiIf(NOT hasOlder, min(raw_offset), NOT hasNewer, max(raw_offset) + 1,
        least(minIf(raw_offset, NOT ${OLDER}), maxIf(raw_offset, ${OLDER}) + 1)) AS offset
    FROM ${database}.raw_webhooks GROUP BY rawPartition`,
    { sinceMs },
  )
  return new Map(rows.map(({ rawPartition, ...first }) => [rawPartition, first]))
}

/** The greatest offset with a verdict at or after `ends`, by raw partition; usually none. */
export async function readVerdictsBehind(
  { client, database }: Source,
  ends: ReadonlyMap<number, number>,
): Promise<ReadonlyMap<number, number>> {
  const conditions = [...ends].map(
    ([partition, end]) => `(raw_partition = ${partition} AND raw_offset >= ${end})`,
  )
  if (conditions.length === 0) return new Map()
  const rows = await client.query<{ readonly rawPartition: number; readonly last: number }>(`
    SELECT raw_partition AS rawPartition, max(raw_offset) AS last
    FROM ${database}.raw_webhooks WHERE ${conditions.join(' OR ')} GROUP BY rawPartition`)
  return new Map(rows.map(({ rawPartition, last }) => [rawPartition, last]))
}
