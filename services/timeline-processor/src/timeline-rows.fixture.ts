import { type MessageTimeline } from '@wabastream/contracts'
import { joinTimelines } from '@wabastream/domain'

/** What the table makes of the rows of one message; it holds no later times. */
export function joinRows(timelines: readonly MessageTimeline[]): object {
  const joined = timelines.reduce(joinTimelines)
  return { ...joined, anchorDay: 0, headless: false, laterTimes: [] }
}
