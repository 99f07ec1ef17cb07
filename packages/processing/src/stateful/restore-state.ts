import { type PartitionReader, type StateMeta, type StateStore } from '../ports/ports.ts'
import { ProcessingError } from '../ports/processing-error.ts'
import { type KafkaRecord, type TopicPartition } from '../ports/record.ts'

export interface RestoreOptions {
  /**
   * False before the first commit of the input: what the store holds then belongs to another life.
   */
  readonly hasBegun: boolean
  readonly store: StateStore
  readonly changelog: TopicPartition
  readonly reader: PartitionReader
  readonly readBounds: (partition: TopicPartition) => Promise<ChangelogBounds>
  /** A cache older than this may have missed tombstones that are gone from the changelog. */
  readonly cacheAgeMaxMs: number
  /** Most entries in one write to the store: varying sizes make its later writes more expensive. */
  readonly writeSizeMax: number
  readonly now: () => number
  readonly onProgress: (progress: RestoreProgress) => Promise<void> | void
}

export interface ChangelogBounds {
  readonly startOffset: number
  readonly endOffset: number
}

export interface RestoreProgress extends TopicPartition {
  readonly recordsRead: number
  readonly position: number
  readonly endOffset: number
}

/**
 * Brings the store up to the end of its changelog. A cache that can't be continued is wiped and
 * read whole. The partition's former writer must already be fenced, so that the end does not move.
 * Throws `position_gap` when the changelog ends before what the store has of it: records of it are
 * gone, or the topic was made again, while the input goes on after what made them.
 */
export async function restoreState(options: RestoreOptions): Promise<StateMeta> {
  const { store, changelog, reader } = options
  const bounds = await options.readBounds(changelog)
  assertWhole(store.meta(), bounds, options)
  if (!isContinuable(store.meta(), bounds, options)) await store.wipe()
  const from = { ...changelog, offset: store.meta()?.changelogOffset ?? bounds.startOffset }
  let recordsRead = 0
  const end = await reader.readToEnd(from, async (batch) => {
    applyRecords(batch.records, batch.nextOffset, options)
    recordsRead += batch.records.length
    await options.onProgress({
      ...changelog,
      recordsRead,
      position: batch.nextOffset,
      endOffset: bounds.endOffset,
    })
  })
  const meta = toMeta(end.offset, options)
  store.apply(new Map(), meta)
  return meta
}

function assertWhole(
  meta: StateMeta | undefined,
  { endOffset }: ChangelogBounds,
  { changelog: { partition, topic }, hasBegun }: RestoreOptions,
): void {
  if (!hasBegun || meta === undefined || meta.changelogOffset <= endOffset) return
  throw new ProcessingError(
    'position_gap',
    `${topic}-${partition} ends at ${endOffset}, before ${meta.changelogOffset}, up to which its ` +
      'state was written here',
  )
}

function isContinuable(
  meta: StateMeta | undefined,
  { startOffset, endOffset }: ChangelogBounds,
  { hasBegun, now, cacheAgeMaxMs }: RestoreOptions,
): boolean {
  if (meta === undefined || !hasBegun) return false
  const behind = endOffset - meta.changelogOffset
  if (behind < 0 || meta.changelogOffset < startOffset) return false
  // A lone offset is the marker that ends the last transaction: nothing came after that write.
  return behind <= 1 || now() - meta.writtenAtMs <= cacheAgeMaxMs
}

function applyRecords(
  records: readonly KafkaRecord[],
  nextOffset: number,
  options: RestoreOptions,
): void {
  const { store, writeSizeMax } = options
  for (let start = 0; start < records.length; start += writeSizeMax) {
    const run = records.slice(start, start + writeSizeMax)
    const changes = new Map(run.map((record) => [record.keyText() ?? '', record.value]))
    const end = records[start + writeSizeMax]?.offset ?? nextOffset
    store.apply(changes, toMeta(end, options))
  }
}

function toMeta(changelogOffset: number, { now }: RestoreOptions): StateMeta {
  return { changelogOffset, writtenAtMs: now() }
}
