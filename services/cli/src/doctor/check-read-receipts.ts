import { READ_RECEIPTS_GROUP, topicNames } from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'
import { type Finding, findingsOf } from './finding.ts'

const LAG_MAX = 100_000

/** Checks that somebody marks messages as read; nothing if that never ran here. */
export async function checkReadReceipts(kafka: KafkaClient): Promise<readonly Finding[]> {
  const { raw } = topicNames(1)
  const committed = await kafka.admin.committedOffsets(READ_RECEIPTS_GROUP, raw)
  if (committed.size === 0) return []
  const findings = findingsOf('read receipts')
  const ends = await kafka.admin.endOffsets(raw)
  // The last record of a partition is read again at a start, so it is never committed.
  const lag = [...ends].reduce(
    (sum, [partition, end]) => sum + Math.max(0, end - 1 - (committed.get(partition) ?? 0)),
    0,
  )
  if ((await kafka.admin.memberCount(READ_RECEIPTS_GROUP)) === 0) {
    return [
      findings.warning(
        `nobody marks messages as read; ${lag} records are not read`,
        `start read-receipts, or, if it is no more, delete the group ${READ_RECEIPTS_GROUP}`,
      ),
    ]
  }
  if (lag > LAG_MAX) {
    return [
      findings.warning(`${lag} records are not read yet`, 'docs/runbooks/read-receipts-behind.md'),
    ]
  }
  return [findings.ok(`messages are marked as read; ${lag} records are not read yet`)]
}
