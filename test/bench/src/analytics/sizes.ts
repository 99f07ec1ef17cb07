import { InvalidArgumentError } from 'commander'

/** Of the traffic that the generator makes. */
const EVENTS_PER_MESSAGE = 2.222

/** An amount of data, and the name of its folder. */
export interface Size {
  readonly name: string
  readonly days: number
}

/** `1m,3m,10m` or counts of events. Throws InvalidArgumentError for anything else. */
export function parseEvents(text: string): readonly number[] {
  return text.split(',').map((one) => {
    const { count = '', unit = '' } =
      /^(?<count>\d+)(?<unit>[km]?)$/i.exec(one.trim())?.groups ?? {}
    const events = Number(count) * ({ k: 1e3, m: 1e6 }[unit.toLowerCase()] ?? 1)
    if (events > 0) return events
    throw new InvalidArgumentError('It must be a list such as 1m,3m,10m.')
  })
}

/** As many days as bring that many events. */
export function sizeOf(events: number, messagesPerDay: number): Size {
  const days = events / (messagesPerDay * EVENTS_PER_MESSAGE)
  const name = events % 1e6 === 0 ? `${events / 1e6}m` : `${events / 1e3}k`
  return { name, days: Number(days.toFixed(2)) }
}
