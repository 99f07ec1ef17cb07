import { type Lane } from '@wabastream/forwarding'
import { type BatchConsumer, PortError } from '@wabastream/processing'

export interface CommitOptions {
  readonly consumer: Pick<BatchConsumer, 'commit'>
  readonly topic: string
  /** It is committed with the next one. */
  readonly onRetry: (error: PortError) => void
  readonly onBroken: (error: unknown) => void
}

/** Commits what has changed. Another member has what is stale, and goes on from its own reading. */
export async function commitLanes(
  lanes: readonly Lane[],
  { consumer, onBroken, onRetry, topic }: CommitOptions,
): Promise<void> {
  for (const lane of lanes) {
    const uncommitted = lane.uncommitted()
    if (uncommitted === undefined) continue
    const { done, position } = uncommitted
    try {
      await consumer.commit([{ topic, partition: lane.partition, ...position }])
      done()
    } catch (error) {
      if (!(error instanceof PortError)) onBroken(error)
      else if (error.code !== 'stale_assignment' && error.code !== 'closed') onRetry(error)
    }
  }
}
