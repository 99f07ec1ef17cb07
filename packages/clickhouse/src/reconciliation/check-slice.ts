import { type ClickHouse } from '../client/clickhouse-client.ts'
import { readContentDays } from '../migrations/table-days.ts'
import { findGaps, type OffsetDifference, type OffsetRange, type Slice } from './difference.ts'
import { type OffsetBalance, toDifferences } from './offset-balance.ts'
import {
  differencesSql,
  extentSql,
  offsetsSql,
  resentSql,
  type SliceTables,
  totalsSql,
} from './slice-sql.ts'

/** Sums over the verdicts of one hour and channel. */
export interface SliceTotals {
  /** Beginning of the hour in milliseconds since 1970. */
  readonly hourMs: number
  readonly channel: string
  readonly verdicts: number
  readonly eventsCounted: number
  readonly eventsStored: number
  readonly lettersCounted: number
  readonly lettersStored: number
  /** Records that repeat a receipt. */
  readonly resent: number
}

export interface CheckedSlice extends Slice {
  readonly verdicts: number
  /** Undefined if the slice has no verdict at all. */
  readonly firstReceivedAt: number | undefined
  /** Offsets without a verdict. */
  readonly gaps: readonly OffsetRange[]
  readonly differences: readonly OffsetDifference[]
  readonly resent: number
}

export interface CheckSliceOptions extends SliceTables {
  readonly client: Pick<ClickHouse, 'query'>
  readonly slice: Slice
}

interface Extent {
  readonly verdicts: number
  readonly firstMs: number
  readonly lastMs: number
}

/**
 * Compares the verdicts of a slice with its offsets and with the rows. This is right only once
 * everything that was derived from the slice is written: what is still on its way counts as
 * missing.
 */
export async function checkSlice(options: CheckSliceOptions): Promise<CheckedSlice> {
  const { client, slice } = options
  const extent = await readExtent(options)
  const { verdicts } = extent
  if (verdicts === 0) {
    const nothing = { firstReceivedAt: undefined, differences: [], resent: 0 }
    return { ...slice, ...nothing, verdicts, gaps: [slice] }
  }
  const params = { ...slice, ...extent }
  const contentDays = (await readContentDays(client, options.generation)) ?? undefined
  const balances = await client.query<OffsetBalance>(
    differencesSql({ ...options, contentDays }),
    params,
  )
  const resent = await client.query<{ readonly resent: number }>(resentSql(options), params)
  return {
    ...slice,
    verdicts,
    firstReceivedAt: extent.firstMs,
    gaps: verdicts === slice.to - slice.from ? [] : await readGaps(options),
    differences: balances.flatMap((balance) => toDifferences(slice.rawPartition, balance)),
    resent: resent.reduce((sum, row) => sum + row.resent, 0),
  }
}

/** Sums by hour and channel over the verdicts of a slice. */
export async function totalSlice(options: CheckSliceOptions): Promise<readonly SliceTotals[]> {
  const { client, slice } = options
  const extent = await readExtent(options)
  if (extent.verdicts === 0) return []
  const params = { ...slice, ...extent }
  const totals = await client.query<Omit<SliceTotals, 'resent'>>(totalsSql(options), params)
  const resent = await client.query<Pick<SliceTotals, 'hourMs' | 'channel' | 'resent'>>(
    resentSql(options),
    params,
  )
  return totals.map((sum) => ({
    ...sum,
    resent:
      resent.find(({ channel, hourMs }) => channel === sum.channel && hourMs === sum.hourMs)
        ?.resent ?? 0,
  }))
}

async function readExtent(options: CheckSliceOptions): Promise<Extent> {
  const [extent] = await options.client.query<Extent>(extentSql(options), { ...options.slice })
  return extent ?? { verdicts: 0, firstMs: 0, lastMs: 0 }
}

async function readGaps(options: CheckSliceOptions): Promise<readonly OffsetRange[]> {
  const rows = await options.client.query<{ readonly rawOffset: number }>(offsetsSql(options), {
    ...options.slice,
  })
  return findGaps(
    options.slice,
    rows.map(({ rawOffset }) => rawOffset),
  )
}
