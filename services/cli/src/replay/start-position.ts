import { parseTime } from '../installation/options.ts'
import { CliError } from '../output/cli-error.ts'

type Offsets = ReadonlyMap<number, number>

/** Where in the raw topic a rebuild begins. */
export type StartPosition =
  | { readonly kind: 'beginning' }
  /** The same offset in every partition. */
  | { readonly kind: 'offset'; readonly offset: number }
  /** Offsets by partition; other partitions begin at their beginning. */
  | { readonly kind: 'offsets'; readonly offsets: Offsets }
  | { readonly kind: 'time'; readonly timeMs: number }

const OFFSET = /^\d+$/
const PARTITION_OFFSETS = /^\d+:\d+(,\d+:\d+)*$/

/**
 * Reads `beginning`, `120`, `0:120,3:95`, `2026-01-15` (midnight UTC) or `2026-01-15T08:00:00Z`.
 * Undefined if it is none of these.
 */
export function parseStartPosition(text: string): StartPosition | undefined {
  if (text === 'beginning') return { kind: 'beginning' }
  if (OFFSET.test(text)) return { kind: 'offset', offset: Number(text) }
  if (PARTITION_OFFSETS.test(text)) {
    const entries = text.split(',').map((part): readonly [number, number] => {
      const [partition, offset] = part.split(':')
      return [Number(partition), Number(offset)]
    })
    const offsets = new Map(entries)
    return offsets.size === entries.length ? { kind: 'offsets', offsets } : undefined
  }
  const timeMs = parseTime(text)
  return timeMs === undefined ? undefined : { kind: 'time', timeMs }
}

/**
 * The offset of each partition. An offset that the log no longer holds is replaced by that of its
 * first record; an offset after the end, or of a partition that does not exist, is refused.
 */
export function toStartOffsets(
  position: StartPosition,
  log: {
    readonly starts: Offsets
    readonly ends: Offsets
    /** First offsets at or after the time, for a position that is a time. */
    readonly ofTime: Offsets
  },
): Offsets {
  const asked = (partition: number, start: number): number => {
    switch (position.kind) {
      case 'beginning':
        return start
      case 'offset':
        return position.offset
      case 'offsets':
        return position.offsets.get(partition) ?? start
      case 'time':
        return log.ofTime.get(partition) ?? start
    }
  }
  if (position.kind === 'offsets') {
    const unknown = [...position.offsets.keys()].filter((partition) => !log.ends.has(partition))
    if (unknown.length > 0) {
      throw new CliError(`The raw topic has no partition ${unknown.join(', ')}.`, { exitCode: 2 })
    }
  }
  return new Map(
    [...log.ends].map(([partition, end]) => {
      const start = log.starts.get(partition) ?? 0
      const offset = asked(partition, start)
      if (offset > end) {
        throw new CliError(
          `Offset ${offset} is behind the end of raw partition ${partition}, which is ${end}.`,
          { exitCode: 2 },
        )
      }
      return [partition, Math.max(offset, start)]
    }),
  )
}
