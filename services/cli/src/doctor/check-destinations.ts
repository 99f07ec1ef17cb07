import { type KafkaClient } from '@wabastream/kafka'
import { readControl } from '../forward/forwarding.ts'
import { type DestinationStatus, readStatus } from '../forward/read-status.ts'
import { formatDuration } from '../output/format.ts'
import { type Finding, findingsOf } from './finding.ts'

/** As the alert about a destination that is behind. */
const LAG_MS_MAX = 900_000

/** Checks what the forwarder has handed on; nothing if it never ran here. */
export async function checkDestinations(kafka: KafkaClient): Promise<readonly Finding[]> {
  const control = await readControl(kafka)
  const statuses = await readStatus(kafka, { control, configured: [], nowMs: Date.now() })
  return statuses.map(judge)
}

function judge(status: DestinationStatus): Finding {
  const { destination, difference, lost, oldestPendingMs, pending, state, tally } = status
  const findings = findingsOf('destinations')
  if (lost > 0) {
    return findings.broken(
      `${destination}: ${lost} webhooks were deleted before it had them`,
      'keep the raw topic longer: docs/runbooks/retention-overtakes.md',
    )
  }
  if (difference > 0) {
    return findings.broken(
      `${destination}: counts and positions disagree about ${difference} webhooks`,
      'docs/runbooks/forwarding-difference.md',
    )
  }
  if (state === 'unread') {
    return findings.warning(
      `${destination} is read for by no forwarder; ${pending} webhooks wait`,
      `start the forwarder, or, if it is no more: wabastream forward remove ${destination}`,
    )
  }
  if (state === 'paused') {
    return findings.warning(
      `${destination} is paused; ${pending} webhooks wait`,
      `wabastream forward resume ${destination}`,
    )
  }
  if ((oldestPendingMs ?? 0) > LAG_MS_MAX) {
    return findings.warning(
      `${destination} is ${formatDuration(oldestPendingMs ?? 0)} behind; ${pending} webhooks wait`,
      'docs/runbooks/destination-behind.md',
    )
  }
  return findings.ok(`${destination} has acknowledged ${tally.acknowledged}, ${pending} wait`)
}
