import { setTimeout as delay } from 'node:timers/promises'
import { type RawEnds } from '@wabastream/clickhouse'
import { topicNames } from '@wabastream/contracts'
import { type KafkaAdmin } from '@wabastream/kafka'
import { CliError } from '../output/cli-error.ts'
import { commandText } from '../output/command-text.ts'
import { formatCount } from '../output/format.ts'
import { CatchUpWatch } from './catch-up.ts'
import { createStageReader, lagOf, type Readings } from './read-stages.ts'

const POLL_MS = 250

type Admin = Pick<KafkaAdmin, 'startOffsets' | 'endOffsets' | 'committedOffsets'>

/**
 * Marks the ends of the raw topic, and resolves with them once all generations have turned
 * everything below into rows. When time is up, throws an error that says what waits where.
 */
export async function settleRawEnds(
  admin: Admin,
  options: {
    readonly generations: readonly number[]
    readonly timeoutMs: number
    readonly signal: AbortSignal
    /** For the command that the error names. */
    readonly dataDirectory: string
  },
): Promise<RawEnds> {
  const { raw } = topicNames(1)
  const ends = await admin.endOffsets(raw)
  const deadline = performance.now() + options.timeoutMs
  await Promise.all(
    options.generations.map((generation) => settle(admin, { ...options, generation, deadline })),
  )
  const partitions = Math.max(-1, ...ends.keys()) + 1
  return Array.from({ length: partitions }, (_, partition) => ends.get(partition) ?? 0)
}

async function settle(
  admin: Admin,
  {
    dataDirectory,
    deadline,
    generation,
    signal,
  }: {
    readonly generation: number
    readonly deadline: number
    readonly signal: AbortSignal
    readonly dataDirectory: string
  },
): Promise<void> {
  const read = createStageReader(admin, generation)
  const watch = new CatchUpWatch()
  for (;;) {
    signal.throwIfAborted()
    const readings = await read()
    if (watch.observe(readings, performance.now())) return
    if (performance.now() > deadline) {
      const rebuild = commandText(['replay', '--into', String(generation)], dataDirectory)
      throw new CliError(
        `Generation ${generation} has not caught up: ${describeLags(readings)}. ` +
          `Do its services run? (\`${rebuild}\`)`,
      )
    }
    await delay(POLL_MS)
  }
}

function describeLags(readings: Readings): string {
  return readings
    .map((reading) => `${formatCount(lagOf(reading))} records before ${reading.group}`)
    .join(', ')
}
