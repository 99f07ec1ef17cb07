import { InvalidArgumentError, Option } from 'commander'
import { DEFAULT_DATA_DIRECTORY } from '../output/command-text.ts'

const ISO_TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/

export const dataOption = (): Option =>
  new Option('--data <dir>', 'folder that holds the local stack, channels and logs').default(
    DEFAULT_DATA_DIRECTORY,
  )

export const jsonOption = (): Option => new Option('--json', 'print JSON')

/** `2026-01-15` (midnight UTC) or `2026-01-15T08:00:00Z`, in ms since 1970; undefined otherwise. */
export function parseTime(text: string): number | undefined {
  const timeMs = ISO_TIME.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(timeMs) ? undefined : timeMs
}

/** As `parseTime`, for an option. */
export function parseTimeOption(text: string): number {
  const timeMs = parseTime(text)
  if (timeMs !== undefined) return timeMs
  throw new InvalidArgumentError('It must be a time: 2026-01-15 or 2026-01-15T08:00:00Z.')
}
