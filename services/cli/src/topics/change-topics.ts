import { type TopicChange } from '@wabastream/kafka'
import { type TopicSpec } from '../installation/topics.ts'
import { type TopicDifference } from './compare-topics.ts'

/** What `topics --create` and `--alter` would do. */
export interface TopicPlan {
  readonly create: readonly TopicSpec[]
  readonly alter: readonly TopicChange[]
}

/**
 * The topics to make, and the settings to change. Values above the wanted ones are left alone,
 * because somebody chose them. Partitions and replicas are never changed.
 */
export function planTopics(
  specs: readonly TopicSpec[],
  differences: readonly TopicDifference[],
  flags: { readonly create: boolean; readonly alter: boolean },
): TopicPlan {
  const missing = new Set(
    differences.filter(({ setting }) => setting === 'topic').map(({ topic }) => topic),
  )
  const changes = specs.map(({ config, topic }) => {
    const settings = differences
      .filter((one) => one.topic === topic && one.severity !== 'note')
      .flatMap(({ setting }): readonly (readonly [string, string])[] => {
        const wanted = config[setting]
        return wanted === undefined ? [] : [[setting, wanted]]
      })
    return { topic, config: Object.fromEntries(settings) }
  })
  return {
    create: flags.create ? specs.filter(({ topic }) => missing.has(topic)) : [],
    alter: flags.alter ? changes.filter(({ config }) => Object.keys(config).length > 0) : [],
  }
}
