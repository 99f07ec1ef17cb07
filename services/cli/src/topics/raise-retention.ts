import { type KafkaAdmin } from '@wabastream/kafka'
import { type TopicSpec } from '../installation/topics.ts'
import { planTopics } from './change-topics.ts'
import { compareTopics } from './compare-topics.ts'

/**
 * Lets topics keep records for as long as is wanted, where they keep them for less; what else they
 * have stays. Tables must never keep a row for longer than the bytes that it was made from.
 */
export async function raiseRetention(
  admin: Pick<KafkaAdmin, 'changeTopics' | 'topicStates'>,
  specs: readonly TopicSpec[],
): Promise<void> {
  const states = await admin.topicStates(specs.map(({ topic }) => topic))
  const short = compareTopics(specs, states).filter(({ setting }) => setting === 'retention.ms')
  await admin.changeTopics(planTopics(specs, short, { create: false, alter: true }).alter)
}
