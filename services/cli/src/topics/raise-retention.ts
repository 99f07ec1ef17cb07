import { type KafkaAdmin } from '@wabastream/kafka'
import { type TopicSpec } from '../installation/topics.ts'
import { planTopics } from './change-topics.ts'
import { compareTopics } from './compare-topics.ts'

/**
 * Raises the retention of topics that keep records for less than is wanted; their other settings
 * stay. Tables must never keep a row for longer than the bytes that it was made from.
 */
export async function raiseRetention(
  admin: Pick<KafkaAdmin, 'changeTopics' | 'topicStates'>,
  specs: readonly TopicSpec[],
): Promise<void> {
  const states = await admin.topicStates(specs.map(({ topic }) => topic))
  const short = compareTopics(specs, states).filter(({ setting }) => setting === 'retention.ms')
  await admin.changeTopics(planTopics(specs, short, { create: false, alter: true }).alter)
}
