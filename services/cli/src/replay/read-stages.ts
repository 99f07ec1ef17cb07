import { type PipelineConsumer, pipelineConsumers, type StageKind } from '@wabastream/contracts'
import { type KafkaAdmin } from '@wabastream/kafka'

/** The position of a stage. Offsets by `topic/partition`. */
export interface StageReading {
  readonly kind: StageKind
  readonly group: string
  readonly ends: ReadonlyMap<string, number>
  /** The committed offset; if there is none yet, the start of the log. */
  readonly done: ReadonlyMap<string, number>
}

/** The stages of one generation, in the order of the flow. */
export type Readings = readonly StageReading[]

type Positions = Pick<KafkaAdmin, 'startOffsets' | 'endOffsets' | 'committedOffsets'>

/** A function that reads the positions of a generation's stages. */
export function createStageReader(
  positions: Positions,
  generation: number,
): () => Promise<Readings> {
  const starts = new Map<string, Promise<ReadonlyMap<number, number>>>()
  const startsOf = (topic: string): Promise<ReadonlyMap<number, number>> => {
    const known = starts.get(topic) ?? positions.startOffsets(topic)
    starts.set(topic, known)
    return known
  }

  async function readStage({ group, kind, topics }: PipelineConsumer): Promise<StageReading> {
    const ends = new Map<string, number>()
    const done = new Map<string, number>()
    await Promise.all(
      topics.map(async (topic) => {
        const [end, start, committed] = await Promise.all([
          positions.endOffsets(topic),
          startsOf(topic),
          positions.committedOffsets(group, topic),
        ])
        for (const [partition, offset] of end) {
          const key = `${topic}/${partition}`
          ends.set(key, offset)
          done.set(key, committed.get(partition) ?? start.get(partition) ?? 0)
        }
      }),
    )
    return { kind, group, ends, done }
  }

  return async () => await Promise.all(pipelineConsumers(generation).map(readStage))
}

/**
 * Records that a stage still has to process. A negative lag, after somebody cut a log, counts as
 * none.
 */
export function lagOf({ ends, done }: Pick<StageReading, 'done' | 'ends'>): number {
  return [...ends].reduce((sum, [key, end]) => sum + Math.max(0, end - (done.get(key) ?? 0)), 0)
}

/** What the stages of a kind have done, the total, and what is left. */
export function totalsOf(
  readings: Readings,
  kind: StageKind,
): { readonly done: number; readonly end: number; readonly lag: number } {
  const own = readings.filter((reading) => reading.kind === kind)
  const add = (figure: (reading: StageReading) => number): number =>
    own.reduce((sum, reading) => sum + figure(reading), 0)
  return {
    done: add(({ done }) => sumOf(done)),
    end: add(({ ends }) => sumOf(ends)),
    lag: add(lagOf),
  }
}

export function sumOf(offsets: ReadonlyMap<string, number>): number {
  return [...offsets.values()].reduce((sum, offset) => sum + offset, 0)
}

export function hasReached({ done }: StageReading, ends: ReadonlyMap<string, number>): boolean {
  return [...ends].every(([key, end]) => (done.get(key) ?? 0) >= end)
}
