import { InvalidArgumentError, Option } from 'commander'
import { CliError } from '../output/cli-error.ts'
import { DEFAULT_DATA_DIRECTORY } from '../output/command-text.ts'
import { type LetterId } from '../dead-letters/dead-letter-queries.ts'
import { parseStartPosition } from '../replay/start-position.ts'

export const dataOption = (): Option =>
  new Option('--data <dir>', 'folder that holds the local stack, channels and logs')
    .default(DEFAULT_DATA_DIRECTORY)

export const jsonOption = (): Option => new Option('--json', 'print JSON')

/** `2026-01-15` (midnight UTC) or `2026-01-15T08:00:00Z`, in milliseconds since 1970. */
export function parseTimeOption(text: string): number {
  const position = parseStartPosition(text)
  if (position?.kind === 'time') return position.timeMs
  throw new InvalidArgumentError('It must be a time: 2026-01-15 or 2026-01-15T08:00:00Z.')
}

/** An id as `dead-letters list` prints it. */
export function parseLetterId(id: string): LetterId {
  const [, partition, offset] = /^(\d+)-(\d+)$/.exec(id) ?? []
  if (partition !== undefined && offset !== undefined) {
    return { partition: Number(partition), offset: Number(offset) }
  }
  const message = `${id} is no id: it looks like 3-17, as \`dead-letters list\` prints it`
  throw new CliError(message, { exitCode: 2 })
}
