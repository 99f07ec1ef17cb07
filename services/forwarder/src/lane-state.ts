import { differenceOf, type Lane } from '@wabastream/forwarding'
import { type PartitionProgress } from '@wabastream/processing'
import { type DestinationState } from './forwarder-metrics.ts'

/** What is known of a destination's partitions, as far as this process has them. */
export function stateOfLanes(
  lanes: readonly Lane[],
  progress: readonly PartitionProgress[],
): Pick<DestinationState, 'oldestReceivedAtMs' | 'pendingRecords' | 'difference'> {
  const byPartition = new Map(progress.map((one) => [one.partition, one]))
  const pendingOf = (lane: Lane): number =>
    lane.pendingBefore(byPartition.get(lane.partition)?.endOffset)
  const received = lanes.flatMap((lane) => {
    const known = lane.oldestReceivedAt() ?? byPartition.get(lane.partition)?.receivedAtMs
    return pendingOf(lane) === 0 ? [] : (known ?? [])
  })
  return {
    oldestReceivedAtMs: received.length === 0 ? null : Math.min(...received),
    pendingRecords: lanes.reduce((sum, lane) => sum + pendingOf(lane), 0),
    difference: lanes.reduce((sum, { ledger }) => sum + Math.abs(differenceOf(ledger)), 0),
  }
}
