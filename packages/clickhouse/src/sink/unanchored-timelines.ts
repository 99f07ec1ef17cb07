import { encodeRow } from '../rows/cells.ts'
import { type TableName } from '../rows/tables.ts'
import { toTimelineRow } from '../rows/timeline-row.ts'
import { type MessageTimeline } from '@wabastream/contracts'
import { type LineBuffer, type UnsettledRows } from '@wabastream/processing'
import { type AnchorResolver, toKey, type UnanchoredTimeline } from './anchors.ts'

/** The timelines of a batch whose row may have to take the day of an older row. */
export class UnanchoredTimelines implements UnsettledRows<TableName> {
  readonly table = 'message_timeline'
  readonly #anchors: AnchorResolver
  readonly #lines: LineBuffer<TableName>
  readonly #waiting: UnanchoredTimeline[] = []
  /** Earliest day of each timeline that has a line in the batch. */
  readonly #days = new Map<string, number>()

  constructor(anchors: AnchorResolver, lines: LineBuffer<TableName>) {
    this.#anchors = anchors
    this.#lines = lines
  }

  get rowCount(): number {
    return this.#waiting.length
  }

  add(timeline: MessageTimeline, sourceIndex: number): void {
    this.#waiting.push({ timeline, sourceIndex })
  }

  /** The timeline has a line with its own day. */
  noteDay(timeline: MessageTimeline): void {
    const key = toKey(timeline)
    const day = this.#days.get(key)
    if (day === undefined || timeline.anchorDay < day) this.#days.set(key, timeline.anchorDay)
  }

  async settle(): Promise<() => void> {
    const anchorDays = await this.#anchors.resolve({ unanchored: this.#waiting, days: this.#days })
    return () => {
      this.#waiting.forEach(({ timeline, sourceIndex }, index) => {
        const line = encodeRow(toTimelineRow(timeline, anchorDays[index]))
        this.#lines.addLine(this.table, line, sourceIndex)
      })
      this.#waiting.length = 0
    }
  }
}
