import { type AnchorDay, type TimelineId } from '../rows/anchor-days.ts'
import { type MessageTimeline } from '@wabastream/contracts'

/** A timeline that has no line yet, because it may have to take the day of an older row. */
export interface UnanchoredTimeline {
  readonly timeline: MessageTimeline
  readonly sourceIndex: number
}

export interface AnchorResolver {
  /** The day of each timeline's row. `days` are those of the other rows of the same batch. */
  resolve(batch: {
    readonly unanchored: readonly UnanchoredTimeline[]
    readonly days: ReadonlyMap<string, number>
  }): Promise<readonly number[]>
}

export interface AnchorResolverOptions {
  readonly findAnchorDays: (ids: readonly TimelineId[]) => Promise<readonly AnchorDay[]>
  readonly onResolved?: (outcome: 'adopted' | 'kept') => void
  /** Timelines whose day is remembered, so that each is looked up about once. */
  readonly rememberedMax?: number
}

const REMEMBERED_MAX = 20_000

/**
 * A timeline may have begun again after its older self was forgotten. Both must be one row, so it
 * takes the earliest anchor day that the database, or the batch itself, has for the same message,
 * or its own if there is none. A resolver serves one partition and sees its batches in order, each
 * after the one before is inserted.
 */
export function createAnchorResolver(options: AnchorResolverOptions): AnchorResolver {
  const { findAnchorDays, onResolved, rememberedMax = REMEMBERED_MAX } = options
  const remembered = new Map<string, number>()

  function remember(key: string, day: number): void {
    remembered.delete(key)
    remembered.set(key, day)
    if (remembered.size <= rememberedMax) return
    const oldest = remembered.keys().next()
    if (oldest.done !== true) remembered.delete(oldest.value)
  }

  return {
    async resolve({ unanchored, days }) {
      const timelines = unanchored.map(({ timeline }) => timeline)
      const unknown = distinct(timelines).filter((timeline) => !remembered.has(toKey(timeline)))
      const found = unknown.length === 0 ? [] : await findAnchorDays(unknown)
      const stored = new Map(found.map((anchor) => [toKey(anchor), anchor.anchorDay]))
      return timelines.map((timeline) => {
        const key = toKey(timeline)
        const known = [remembered.get(key), stored.get(key), days.get(key)].filter(
          (day) => day !== undefined,
        )
        const day = known.length === 0 ? timeline.anchorDay : Math.min(...known)
        remember(key, day)
        onResolved?.(day === timeline.anchorDay ? 'kept' : 'adopted')
        return day
      })
    },
  }
}

function distinct(timelines: readonly MessageTimeline[]): readonly MessageTimeline[] {
  return [...new Map(timelines.map((timeline) => [toKey(timeline), timeline])).values()]
}

/** Names a timeline within this process. */
export function toKey({
  number,
  messageId,
  participant,
}: Pick<MessageTimeline, 'number' | 'messageId' | 'participant'>): string {
  return `${number.length}:${number}${messageId.length}:${messageId}${participant}`
}
