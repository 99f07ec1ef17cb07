import { type AnchorDay, type TimelineId } from '@wabastream/clickhouse'
import { type MessageTimeline } from '@wabastream/contracts'

export interface AnchorResolver {
  /** The day of each timeline's row, in the order given. Reads the database for headless ones. */
  resolve(timelines: readonly MessageTimeline[]): Promise<readonly number[]>
}

export interface AnchorResolverOptions {
  readonly findAnchorDays: (ids: readonly TimelineId[]) => Promise<readonly AnchorDay[]>
  readonly onResolved?: (outcome: 'adopted' | 'kept') => void
  /** Timelines of which the day is remembered, so that each is looked up about once. */
  readonly rememberedMax?: number
}

const REMEMBERED_MAX = 20_000

/**
 * A headless timeline started anew after its older self had been forgotten. Its row must be the
 * older self's row, so it takes the earliest anchor day that the database, or the batch before it,
 * has for the same message. One resolver serves one partition, whose batches it sees in order.
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
    async resolve(timelines) {
      const headless = timelines.filter((timeline) => timeline.headless)
      if (headless.length === 0) return timelines.map(({ anchorDay }) => anchorDay)
      const keys = new Set(headless.map(toKey))
      const unknown = distinct(headless).filter((timeline) => !remembered.has(toKey(timeline)))
      const found = unknown.length === 0 ? [] : await findAnchorDays(unknown)
      const earliest = new Map(found.map((anchor) => [toKey(anchor), anchor.anchorDay]))
      for (const key of keys) {
        const day = remembered.get(key)
        if (day !== undefined) earliest.set(key, day)
      }
      return timelines.map((timeline) => {
        const key = toKey(timeline)
        if (!keys.has(key)) return timeline.anchorDay
        const day = Math.min(timeline.anchorDay, earliest.get(key) ?? timeline.anchorDay)
        earliest.set(key, day)
        remember(key, day)
        if (!timeline.headless) return timeline.anchorDay
        onResolved?.(day === timeline.anchorDay ? 'kept' : 'adopted')
        return day
      })
    },
  }
}

function distinct(timelines: readonly MessageTimeline[]): readonly MessageTimeline[] {
  return [...new Map(timelines.map((timeline) => [toKey(timeline), timeline])).values()]
}

function toKey({ number, messageId, participant }: TimelineId): string {
  return `${number.length}:${number}${messageId.length}:${messageId}${participant}`
}
