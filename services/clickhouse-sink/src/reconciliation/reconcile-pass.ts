import {
  checkSlice,
  type CheckedSlice,
  type ClickHouse,
  type DifferenceSum,
  readFirstOffsets,
  readSlicesToRepeat,
  readWatermarks,
  saveSlice,
  type Slice,
} from '@wabastream/clickhouse'
import { databaseName, topicNames } from '@wabastream/contracts'
import { type Offsets } from '@wabastream/kafka'
import { slicesOf } from './slices.ts'

export interface ReconcilePassOptions {
  readonly client: Pick<ClickHouse, 'command' | 'query'>
  readonly generation: number
  /** Raw offsets below these are decoded and written. */
  readonly decoded: Offsets
  /** The first offsets that the raw topic holds. */
  readonly starts: Offsets
  /** Older webhooks are left alone, because their rows are deleted by age, table by table. */
  readonly sinceMs: number
  readonly nowMs: () => number
  /** Channel of a raw record without a verdict; empty if it is not known. */
  readonly channelOf: (rawPartition: number, rawOffset: number) => Promise<string>
  readonly onDifference: (slice: CheckedSlice) => void
  readonly signal: AbortSignal
}

// Bounds of one pass, so that its cost does not depend on how much there is.
const NEW_SLICES_MAX = 100
const DIFFERENT_SLICES_MAX = 5
const OLD_SLICES_MAX = 6
const GAPS_LOOKED_UP_MAX = 20

/**
 * Looks at new slices, again at those that differed, and in turn at those that were right. Resolves
 * with whether it looked at everything new.
 */
export async function reconcilePass(options: ReconcilePassOptions): Promise<boolean> {
  const { client, generation, sinceMs } = options
  const source = { client, database: databaseName(generation) }
  const fresh = await findNewSlices(options)
  const different = await readSlicesToRepeat(source, {
    isDifferent: true,
    sinceMs,
    countMax: DIFFERENT_SLICES_MAX,
  })
  const old = await readSlicesToRepeat(source, {
    isDifferent: false,
    sinceMs,
    countMax: OLD_SLICES_MAX,
  })
  for (const slice of [...fresh.slice(0, NEW_SLICES_MAX), ...different, ...old]) {
    options.signal.throwIfAborted()
    await reconcileSlice(options, slice)
  }
  return fresh.length <= NEW_SLICES_MAX
}

async function findNewSlices(options: ReconcilePassOptions): Promise<readonly Slice[]> {
  const { client, decoded, generation, sinceMs, starts } = options
  const source = { client, database: databaseName(generation) }
  const watermarks = await readWatermarks(source)
  const isKnown = [...decoded.keys()].every((partition) => watermarks.has(partition))
  const firsts = isKnown ? undefined : await readFirstOffsets(source, sinceMs)
  return [...decoded].flatMap(([partition, to]) => {
    const first = firsts?.get(partition)
    // There are older rows than it looks at: begin with the first that is not too old.
    const begin = first?.hasOlder === true ? first.offset : 0
    const from = watermarks.get(partition) ?? Math.max(starts.get(partition) ?? 0, begin)
    return from < to ? slicesOf(partition, { from, to }) : []
  })
}

async function reconcileSlice(options: ReconcilePassOptions, slice: Slice): Promise<void> {
  const { client, decoded, generation, nowMs, starts } = options
  const database = databaseName(generation)
  const { rawPartition } = slice
  const from = Math.max(slice.from, starts.get(rawPartition) ?? 0)
  const to = Math.min(slice.to, decoded.get(rawPartition) ?? 0)
  if (from >= to) return
  const rawTopic = topicNames(generation).raw
  const checked = await checkSlice({
    client,
    database,
    generation,
    rawTopic,
    slice: { rawPartition, from, to },
  })
  const differences = await sumDifferences(options, checked)
  const { firstReceivedAt, resent, verdicts } = checked
  await saveSlice(
    { client, database },
    {
      rawPartition,
      from: slice.from,
      to: slice.to,
      checkedAt: nowMs(),
      firstReceivedAt,
      verdicts,
      resent,
      differences,
    },
  )
  if (differences.length > 0) options.onDifference(checked)
}

async function sumDifferences(
  { channelOf }: ReconcilePassOptions,
  { rawPartition, gaps, differences }: CheckedSlice,
): Promise<readonly DifferenceSum[]> {
  const sums = new Map<string, DifferenceSum>()
  const add = ({ kind, channel, amount }: DifferenceSum): void => {
    const key = `${kind} ${channel}`
    sums.set(key, { kind, channel, amount: (sums.get(key)?.amount ?? 0) + amount })
  }
  for (const [index, { from, to }] of gaps.entries()) {
    const channel = index < GAPS_LOOKED_UP_MAX ? await channelOf(rawPartition, from) : ''
    add({ kind: 'missing_verdict', channel, amount: to - from })
  }
  for (const difference of differences) add(difference)
  return [...sums.values()]
}
