import { type KafkaClient, type TopicState } from '@wabastream/kafka'
import { type TopicSettings, type TopicSpec, topicSpecs } from '../installation/topics.ts'
import { planTopics, type TopicPlan } from './change-topics.ts'
import { compareTopics, type TopicDifference } from './compare-topics.ts'

export interface TopicReport {
  readonly specs: readonly TopicSpec[]
  readonly states: readonly TopicState[]
  readonly differences: readonly TopicDifference[]
}

/** The topics as they should be and as they are. */
export async function readTopicReport(
  kafka: KafkaClient,
  settings: TopicSettings,
): Promise<TopicReport> {
  const specs = topicSpecs(settings)
  const states = await kafka.admin.topicStates(specs.map(({ topic }) => topic))
  return { specs, states, differences: compareTopics(specs, states) }
}

/** Creates and changes what was requested, unless only the plan is wanted. */
export async function applyTopics(
  kafka: KafkaClient,
  report: TopicReport,
  flags: {
    readonly create: boolean
    readonly alter: boolean
    readonly dryRun: boolean
  },
): Promise<TopicPlan> {
  const plan = planTopics(report.specs, report.differences, flags)
  if (flags.dryRun) return plan
  if (plan.create.length > 0) await kafka.admin.ensureTopics(plan.create)
  await kafka.admin.changeTopics(plan.alter)
  return plan
}
