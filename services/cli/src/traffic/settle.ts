import { setTimeout as delay } from 'node:timers/promises'
import { pipelineConsumers } from '@wabastream/contracts'
import { CliError } from '../output/cli-error.ts'

const POLL_MS = 150

/** End and committed offsets, by partition. A partition without a committed offset is absent. */
export interface LogPositions {
  endOffsets(topic: string): Promise<ReadonlyMap<number, number>>
  startOffsets(topic: string): Promise<ReadonlyMap<number, number>>
  committedOffsets(group: string, topic: string): Promise<ReadonlyMap<number, number>>
}

/**
 * Resolves when everything appended to the raw topic before the call has passed all stages.
 * It waits stage by stage, because a stage's output is complete only once the stage has committed.
 */
export async function waitUntilSettled(
  positions: LogPositions,
  options: {
    readonly generation: number
    readonly timeoutMs: number
    readonly signal: AbortSignal
  },
): Promise<void> {
  const { generation, signal } = options
  const limit = { deadline: performance.now() + options.timeoutMs, signal }
  for (const { group, topics } of pipelineConsumers(generation)) {
    for (const topic of topics) await reach(positions, { group, topic, ...limit })
  }
}

async function reach(
  positions: LogPositions,
  goal: {
    readonly group: string
    readonly topic: string
    readonly deadline: number
    readonly signal: AbortSignal
  },
): Promise<void> {
  const { group, topic, deadline, signal } = goal
  const [ends, starts] = await Promise.all([
    positions.endOffsets(topic),
    positions.startOffsets(topic),
  ])
  for (;;) {
    signal.throwIfAborted()
    const committed = await positions.committedOffsets(group, topic)
    const missing = [...ends].filter(
      ([partition, end]) =>
        end > (starts.get(partition) ?? 0) && (committed.get(partition) ?? 0) < end,
    )
    if (missing.length === 0) return
    if (performance.now() > deadline) {
      const where = missing
        .map(
          ([partition, end]) => `${partition} (${committed.get(partition) ?? 'nothing'} of ${end})`,
        )
        .join(', ')
      throw new CliError(`${group} has not finished ${topic}: partitions ${where}`)
    }
    await delay(POLL_MS)
  }
}
