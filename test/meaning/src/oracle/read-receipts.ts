import { dayOf, firstOf, groupBy, type Row } from './expected.ts'
import { type Message } from './messages.ts'
import { timeZoneOf } from './places.ts'

/** How long customers waited for blue ticks, by the day on which they wrote. */
export function expectReadReceipts(messages: readonly Message[]): readonly Row[] {
  const written = messages.filter((one) => one.direction === 'inbound' && !one.historical)
  const keyOf = ({ number, started_at }: Message) => ({
    day: dayOf(started_at, timeZoneOf(number)),
    number,
    time_zone: timeZoneOf(number),
  })
  return groupBy(written, keyOf).map((group) => {
    const marked = group.filter((one) => one.marked_read)
    const delays = marked.flatMap((one) => one.received_to_marked_ms ?? [])
    return {
      ...keyOf(firstOf(group)),
      received: group.length,
      marked: marked.length,
      not_marked: group.length - marked.length,
      marked_share: marked.length / group.length,
      delay_p50_ms: quantile(delays, 0.5),
      delay_p95_ms: quantile(delays, 0.95),
    }
  })
}

/** Exact; between two numbers on the line from one to the other. */
function quantile(given: readonly number[], level: number): number | null {
  const sorted = given.toSorted((a, b) => a - b)
  const rank = level * (sorted.length - 1)
  const [low, high] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]]
  return low === undefined || high === undefined ? null : low + (high - low) * (rank % 1)
}
