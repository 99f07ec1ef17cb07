import { CliError } from '../output/cli-error.ts'
import { type LetterId } from './dead-letter-queries.ts'

/** An id as `dead-letters list` prints it. */
export function parseLetterId(id: string): LetterId {
  const [, partition, offset] = /^(\d+)-(\d+)$/.exec(id) ?? []
  if (partition !== undefined && offset !== undefined) {
    return { partition: Number(partition), offset: Number(offset) }
  }
  const message = `${id} is no id: it looks like 3-17, as \`dead-letters list\` prints it`
  throw new CliError(message, { exitCode: 2 })
}
