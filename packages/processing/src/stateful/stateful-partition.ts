import { ExpirySweep } from './expiry-sweep.ts'
import { type FoldedRecords, foldRecords, toChangelogRecord } from './fold-records.ts'
import {
  type BatchContext,
  type StateMeta,
  type StateStore,
  type TransactionalWriter,
  type TransactionOutput,
} from '../ports/ports.ts'
import { type PrepareOptions, prepareRecords, prepareValue } from './prepare-values.ts'
import { ProcessingError } from '../ports/processing-error.ts'
import { type RecordBatch, type TopicPartition } from '../ports/record.ts'
import { type RecordTraces } from '../ports/record-traces.ts'
import { SourceWatermark } from './source-watermark.ts'
import { type Run, splitRuns } from './split-runs.ts'
import { type StatefulOptions } from './stateful-options.ts'
import { UnpreparedValue } from './unprepared-value.ts'

/** What a partition starts with: its former writer fenced, its state up to date. */
export interface Takeover {
  readonly writer: TransactionalWriter
  readonly store: StateStore
  readonly meta: StateMeta
  /** Undefined if the group never committed one: then the first batch says it. */
  readonly position: number | undefined
}

/**
 * One input partition: its writer, state and position, from its assignment on. After any error it
 * must be closed and taken again, because it no longer knows what was committed.
 */
export class StatefulPartition<Event, State> {
  readonly #input: TopicPartition
  readonly #options: StatefulOptions<Event, State>
  readonly #writer: TransactionalWriter
  readonly #store: StateStore
  readonly #sweep: ExpirySweep
  readonly #watermark: SourceWatermark
  readonly #preparing: PrepareOptions<Event, State>
  #meta: StateMeta
  #position: number | undefined

  constructor(input: TopicPartition, options: StatefulOptions<Event, State>, takeover: Takeover) {
    this.#input = input
    this.#options = options
    this.#writer = takeover.writer
    this.#store = takeover.store
    this.#meta = takeover.meta
    this.#position = takeover.position
    const { limits, now, observer, processor, serde, waitMs } = options
    const { sourceCount, silenceMaxMs, sweepDelayMs: delayMs } = limits
    this.#preparing = { input, observer, serde, waitMs }
    this.#watermark = new SourceWatermark({ sourceCount, silenceMaxMs, delayMs, now })
    this.#sweep = new ExpirySweep({
      store: takeover.store,
      expiryMs: limits.expiryMs,
      stepSizeMax: limits.sweepSizeMax,
      lastReceivedAtOf(value) {
        if (!serde.isPrepared(value)) throw new UnpreparedValue(value)
        return processor.lastReceivedAtOf(serde.decodeState(value))
      },
    })
  }

  /** Undefined if it is not known where to start. */
  get position(): number | undefined {
    return this.#position
  }

  /**
   * Processes every run of the batch in its own transaction; stops early when the partition is
   * lost.
   */
  async process(batch: RecordBatch, context: BatchContext): Promise<void> {
    this.#checkPosition(batch)
    for (const run of splitRuns(batch, this.#options.limits)) {
      if (context.isStale()) return
      await context.heartbeat()
      const isAdvance = run.nextOffset !== this.#position || run.records.length > 0
      if (isAdvance) await this.#processRun(run, context)
    }
  }

  async close(): Promise<void> {
    try {
      await this.#writer.close()
    } finally {
      await this.#store.close()
    }
  }

  /** Skipped records would be lost without a trace; repeated ones may find their state expired. */
  #checkPosition({ fetchedOffset, topic, partition }: RecordBatch): void {
    this.#position ??= fetchedOffset
    if (fetchedOffset === this.#position) return
    throw new ProcessingError(
      'position_gap',
      `${topic}-${partition} goes on at ${fetchedOffset} instead of ${this.#position}`,
    )
  }

  async #processRun(run: Run, context: BatchContext): Promise<void> {
    const traces = this.#options.beginTraces?.({ ...this.#input, records: run.records })
    try {
      await this.#foldAndCommit(run, context, traces)
      traces?.end()
    } catch (error) {
      traces?.end(error)
      throw error
    }
  }

  async #foldAndCommit(
    run: Run,
    context: BatchContext,
    traces: RecordTraces | undefined,
  ): Promise<void> {
    const { reject, now, observer } = this.#options
    await prepareRecords(run.records, this.#preparing, context)
    const folded = await this.#withPreparedState(() => this.#fold(run, traces), context)
    const { changes, reached, notes, receivedAtSamples, eventCount, rejected } = folded
    this.#watermark.advance(reached)
    if (rejected.length > 0) await reject(this.#input, rejected)
    const expiredCount = await this.#withPreparedState(() => this.#expire(folded), context)
    const changelogOffset = await this.#commit(run, folded)
    this.#meta = { changelogOffset, writtenAtMs: now() }
    this.#store.apply(changes, this.#meta)
    this.#position = run.nextOffset
    observer.committed({
      ...this.#input,
      notes,
      receivedAtSamples,
      expiredCount,
      recordCount: run.records.length,
      eventCount,
      rejectedCount: rejected.length,
      changeCount: changes.size - expiredCount,
      watermarkLagMs: this.#watermark.lagMs(),
    })
  }

  #fold({ records }: Run, traces: RecordTraces | undefined): FoldedRecords {
    const { limits, processor, serde } = this.#options
    return foldRecords(records, {
      serde,
      processor,
      store: this.#store,
      expiryMs: limits.expiryMs,
      traceparentOf: traces && ((record) => traces.traceparentOf(record)),
    })
  }

  /** State may have been written long ago, under a schema that has to be looked up first. */
  async #withPreparedState<T>(work: () => T, context: BatchContext): Promise<T> {
    for (;;) {
      try {
        return work()
      } catch (error) {
        if (!(error instanceof UnpreparedValue)) throw error
        await prepareValue(error.value, this.#preparing, context)
        if (this.#options.serde.isPrepared(error.value)) continue
        throw new ProcessingError('state_unreadable', 'state of an unknown schema')
      }
    }
  }

  /** Adds a tombstone for state that expired, unless these very records brought it back to life. */
  #expire({ changes, changelog }: FoldedRecords): number {
    const watermarkMs = this.#watermark.valueMs()
    if (watermarkMs === undefined) return 0
    const expired = this.#sweep.step(watermarkMs).filter((key) => !changes.has(key))
    for (const key of expired) {
      changes.set(key, null)
      changelog.push(toChangelogRecord(key, null, watermarkMs))
    }
    return expired.length
  }

  /** Returns the changelog position that the state has once the changes are applied. */
  async #commit({ nextOffset }: Run, { changelog, forwards }: FoldedRecords): Promise<number> {
    const { changelogTopic, groupId } = this.#options
    const { topic, partition } = this.#input
    const outputs: readonly TransactionOutput[] = [
      { topic: changelogTopic, partition, records: changelog },
      ...[...forwards].map(([output, records]) => ({ topic: output, partition, records })),
    ].filter(({ records }) => records.length > 0)
    const input = { topic, partition, offset: nextOffset }
    const positions = await this.#writer.write({ groupId, input, outputs })
    if (changelog.length === 0) return this.#meta.changelogOffset
    const first = positions.find((position) => position.topic === changelogTopic)
    if (first === undefined || first.offset < this.#meta.changelogOffset) {
      throw new ProcessingError('changelog_moved', `no place in ${changelogTopic}-${partition}`)
    }
    return first.offset + changelog.length
  }
}
