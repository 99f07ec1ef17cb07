import { z } from 'zod'
import { type Beginning } from '../destinations/destination.ts'

/** All of them lie in one partition, so that they are in one order. */
export const CONTROL_PARTITION = 0

/** Where a destination began, by raw partition: it holds if its group's positions are ever lost. */
export interface Start {
  readonly from: Beginning
  readonly atMs: number
  readonly offsets: ReadonlyMap<number, number>
}

export interface Pause {
  readonly atMs: number
}

/** A range that is being sent again. It is kept until all of it is, so that it can go on. */
export interface Replay {
  readonly destination: string
  readonly id: string
  readonly atMs: number
  /** By raw partition: the first offset, and the one after the last. */
  readonly from: ReadonlyMap<number, number>
  readonly to: ReadonlyMap<number, number>
}

/** What the topic `forwarding` says of each destination. */
export interface Control {
  readonly starts: ReadonlyMap<string, Start>
  readonly pauses: ReadonlyMap<string, Pause>
  /** By `destination/id`. */
  readonly replays: ReadonlyMap<string, Replay>
}

/** A record of the topic, which is compacted; a null value takes back what its key said. */
export interface ControlRecord {
  readonly key: string
  readonly value: Uint8Array | null
}

const offsetsSchema = z
  .record(z.string().regex(/^\d+$/), z.number().int().min(0))
  .transform(
    (offsets): ReadonlyMap<number, number> =>
      new Map(Object.entries(offsets).map(([partition, at]) => [Number(partition), at])),
  )
const startSchema = z.object({
  from: z.union([z.enum(['now', 'beginning']), z.number()]),
  atMs: z.number(),
  offsets: offsetsSchema,
})
const pauseSchema = z.object({ atMs: z.number() })
const replaySchema = z.object({
  destination: z.string(),
  id: z.string(),
  atMs: z.number(),
  from: offsetsSchema,
  to: offsetsSchema,
})

export function toStartRecord(destination: string, start: Start | null): ControlRecord {
  const value =
    start === null ? null : toBytes({ ...start, offsets: Object.fromEntries(start.offsets) })
  return { key: `${destination}/start`, value }
}

export function toPauseRecord(destination: string, pause: Pause | null): ControlRecord {
  return { key: `${destination}/pause`, value: pause === null ? null : toBytes(pause) }
}

export function toReplayRecord(replay: Replay, isOver: boolean): ControlRecord {
  const { destination, from, id, to } = replay
  const kept = { ...replay, from: Object.fromEntries(from), to: Object.fromEntries(to) }
  return { key: `${destination}/replay/${id}`, value: isOver ? null : toBytes(kept) }
}

function toBytes(content: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(content))
}

/** Takes in records in their order. */
export class ControlTable implements Control {
  readonly starts = new Map<string, Start>()
  readonly pauses = new Map<string, Pause>()
  readonly replays = new Map<string, Replay>()

  /** Ignores what it does not know: a later version may have written it. */
  apply(key: string | null, value: Uint8Array | null): void {
    const [destination = '', kind, id = ''] = key?.split('/') ?? []
    if (kind === 'start') {
      const start = parse(value, startSchema)
      // Two processes may meet a new destination at once: the first record holds for both.
      if (start === undefined || !this.starts.has(destination)) {
        set(this.starts, destination, start)
      }
    }
    if (kind === 'pause') set(this.pauses, destination, parse(value, pauseSchema))
    if (kind === 'replay') set(this.replays, `${destination}/${id}`, parse(value, replaySchema))
  }
}

function set<Value>(map: Map<string, Value>, key: string, value: Value | undefined): void {
  if (value === undefined) map.delete(key)
  else map.set(key, value)
}

function parse<Value>(value: Uint8Array | null, schema: z.ZodType<Value>): Value | undefined {
  if (value === null) return undefined
  try {
    return schema.safeParse(JSON.parse(Buffer.from(value).toString())).data
  } catch {
    return undefined
  }
}
