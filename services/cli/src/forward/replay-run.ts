import { setTimeout as delay } from 'node:timers/promises'
import { forwarderGroup } from '@wabastream/contracts'
import {
  createPoster,
  createSelect,
  type Destination,
  describeAnswer,
  Dispatcher,
  hasRoom,
  type Lane,
  Ledger,
  offerRecords,
  type Replay,
  type Select,
} from '@wabastream/forwarding'
import { type KafkaClient } from '@wabastream/kafka'
import { type RecordBatch } from '@wabastream/processing'
import { RAW_TOPIC } from './forwarding.ts'
import { narrow, type ReplayFilter } from './select-replay.ts'

export interface NotAccepted {
  readonly partition: number
  readonly offset: number
  readonly receiptId: string
  readonly detail: string
}

export interface ReplayProgress {
  /** Offsets of the range, and how many of them are done. */
  readonly total: number
  readonly done: number
  readonly acknowledged: number
  readonly refused: number
  readonly unselected: number
  /** No longer in the raw topic. */
  readonly gone: number
  readonly isAway: boolean
}

export interface ReplayRunOptions {
  readonly kafka: KafkaClient
  readonly destination: Destination
  readonly replay: Replay
  readonly filter: ReplayFilter
  readonly ratePerSecond: number
  readonly signal: AbortSignal
  readonly onProgress: (progress: ReplayProgress) => void
}

const TICK_MS = 500

/**
 * Sends a range again, beside the live stream. What is done is committed to a group of its own, so
 * it goes on where it was. Resolves once all is done, or the signal is aborted.
 */
export async function runReplay(options: ReplayRunOptions): Promise<{
  readonly progress: ReplayProgress
  readonly notAccepted: readonly NotAccepted[]
}> {
  const run = new ReplayRun(options)
  await run.open()
  try {
    await Promise.all([run.read(), run.commitUntilDone()])
  } finally {
    await run.close()
  }
  return { progress: run.progress(), notAccepted: run.notAccepted }
}

export function replayGroup({ destination, id }: Replay): string {
  return `${forwarderGroup(destination)}.replay.${id}`
}

class ReplayRun {
  readonly notAccepted: NotAccepted[] = []
  readonly #options: ReplayRunOptions
  readonly #select: Select
  readonly #poster: ReturnType<typeof createPoster>
  readonly #dispatcher: Dispatcher
  readonly #failed = new AbortController()
  /** Partitions of which not all has been read. */
  readonly #unread = new Set<number>()

  constructor(options: ReplayRunOptions) {
    const { destination, filter, ratePerSecond, replay } = options
    this.#options = options
    this.#select = narrow(createSelect(destination), filter)
    this.#poster = createPoster(destination)
    this.#dispatcher = new Dispatcher({
      destination: { ...destination, ratePerSecond },
      poster: this.#poster,
      replay: replay.id,
      giveUp: async ({ answer, delivery }) => {
        const { lane, offset, webhook } = delivery
        this.notAccepted.push({
          partition: lane.partition,
          offset,
          receiptId: webhook.receiptId,
          detail: describeAnswer(answer),
        })
      },
      observer: { answered: () => {}, settled: () => {} },
      isBehind: (partition) => this.#unread.has(partition),
      isComplete: () => true,
      onMoved: () => {},
      onBroken: (error) => this.#failed.abort(error),
      now: () => performance.now(),
      random: Math.random,
    })
  }

  async open(): Promise<void> {
    const { kafka, replay } = this.#options
    const committed = await kafka.admin.committedPositions(replayGroup(replay), RAW_TOPIC)
    const starts = await kafka.admin.startOffsets(RAW_TOPIC)
    for (const [partition, offset] of replay.from) {
      const position = committed.find((one) => one.partition === partition)
      const ledger = position === undefined ? Ledger.begin(offset) : Ledger.from(position)
      ledger.expire(Math.min(starts.get(partition) ?? 0, replay.to.get(partition) ?? 0))
      this.#dispatcher.open(partition, ledger)
      this.#unread.add(partition)
    }
  }

  async read(): Promise<void> {
    await Promise.all([...this.#dispatcher.lanes()].map((lane) => this.#readLane(lane)))
  }

  async #readLane(lane: Lane): Promise<void> {
    const reader = this.#options.kafka.partitionReader()
    const { partition } = lane
    const to = this.#endOf(lane)
    const { low: offset } = lane.ledger
    try {
      if (offset < to) {
        const from = { topic: RAW_TOPIC, partition, offset }
        await reader.readToEnd(from, (batch) => this.#offer(lane, batch, to), to)
      }
      this.#unread.delete(partition)
      this.#dispatcher.pump()
    } catch (error) {
      if (!this.#isStopped()) this.#failed.abort(error)
    } finally {
      await reader.close()
    }
  }

  async #offer(lane: Lane, batch: RecordBatch, to: number): Promise<void> {
    offerRecords(lane, batch.records, {
      from: batch.fetchedOffset,
      to: Math.min(batch.nextOffset, to),
      select: this.#select,
      nowMs: performance.now(),
      onSkipped: () => {},
    })
    this.#dispatcher.pump()
    while (!hasRoom(lane)) {
      this.#failed.signal.throwIfAborted()
      this.#options.signal.throwIfAborted()
      await delay(20)
    }
  }

  async commitUntilDone(): Promise<void> {
    while (!this.#isStopped() && !this.#isDone()) {
      await delay(TICK_MS)
      await this.#commit()
    }
    this.#failed.signal.throwIfAborted()
  }

  async close(): Promise<void> {
    await this.#dispatcher.finish()
    await this.#commit()
    await this.#poster.close()
  }

  progress(): ReplayProgress {
    const lanes = this.#dispatcher.lanes()
    const { replay } = this.#options
    const sum = (valueOf: (lane: Lane) => number): number =>
      lanes.reduce((total, lane) => total + valueOf(lane), 0)
    return {
      total: sum((lane) => this.#endOf(lane) - (replay.from.get(lane.partition) ?? 0)),
      done: sum(({ ledger }) => ledger.next - ledger.start - ledger.pendingCount),
      gone: sum(({ ledger }) => ledger.tally().absent),
      acknowledged: sum(({ ledger }) => ledger.tally().acknowledged),
      refused: sum(({ ledger }) => ledger.tally().refused),
      unselected: sum(({ ledger }) => ledger.tally().unselected),
      isAway: this.#dispatcher.isAway,
    }
  }

  async #commit(): Promise<void> {
    const { kafka, onProgress, replay } = this.#options
    const changed = this.#dispatcher.lanes().flatMap((lane) => {
      const uncommitted = lane.uncommitted()
      return uncommitted === undefined ? [] : [{ partition: lane.partition, ...uncommitted }]
    })
    await kafka.admin.setPositions(
      replayGroup(replay),
      changed.map(({ partition, position }) => ({ topic: RAW_TOPIC, partition, ...position })),
    )
    for (const { done } of changed) done()
    onProgress(this.progress())
  }

  #isDone(): boolean {
    return this.#dispatcher.lanes().every((lane) => lane.ledger.low >= this.#endOf(lane))
  }

  #isStopped(): boolean {
    return this.#options.signal.aborted || this.#failed.signal.aborted
  }

  #endOf({ partition }: Lane): number {
    return this.#options.replay.to.get(partition) ?? 0
  }
}
