import { type KafkaAdmin } from '@wabastream/kafka'
import { type PipelineStage, pipelineStages } from '../traffic/settle.ts'

/** Where a stage stands. Offsets by `topic/partition`. */
export interface StageReading {
  readonly group: string
  readonly ends: ReadonlyMap<string, number>
  /** Committed; where nothing is yet, the start of the log. */
  readonly done: ReadonlyMap<string, number>
}

/** Decoder, processor and sink of one generation. */
export type Readings = readonly [decoder: StageReading, processor: StageReading, sink: StageReading]

type Positions = Pick<KafkaAdmin, 'startOffsets' | 'endOffsets' | 'committedOffsets'>

/** A function that reads where the stages of a generation stand. */
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
  const [decoder, processor, sink] = pipelineStages(generation)

  async function readStage({ group, topics }: PipelineStage): Promise<StageReading> {
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
    return { group, ends, done }
  }

  return async () => await Promise.all([readStage(decoder), readStage(processor), readStage(sink)])
}

/** Records that a stage has yet to do. Negative where a log was cut behind a group's back: none. */
export function lagOf({ ends, done }: StageReading): number {
  return [...ends].reduce((sum, [key, end]) => sum + Math.max(0, end - (done.get(key) ?? 0)), 0)
}

export function sumOf(offsets: ReadonlyMap<string, number>): number {
  return [...offsets.values()].reduce((sum, offset) => sum + offset, 0)
}

export function hasReached({ done }: StageReading, ends: ReadonlyMap<string, number>): boolean {
  return [...ends].every(([key, end]) => (done.get(key) ?? 0) >= end)
}
