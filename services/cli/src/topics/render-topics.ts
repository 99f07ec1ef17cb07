import { type TopicState } from '@wabastream/kafka'
import { type TopicSpec } from '../installation/topics.ts'
import { type Paint } from '../output/terminal.ts'
import { type TopicPlan } from './change-topics.ts'
import { type TopicDifference } from './compare-topics.ts'

/** Each topic with its settings: the wanted value, and the real one if it differs. */
export function renderTopics(
  specs: readonly TopicSpec[],
  {
    states,
    differences,
  }: {
    readonly states: readonly TopicState[]
    readonly differences: readonly TopicDifference[]
  },
  paint: Paint,
): string {
  return specs
    .map(({ config, partitions, topic }) => {
      const state = states.find((one) => one.topic === topic)
      const own = differences.filter((difference) => difference.topic === topic)
      if (state === undefined) return `${paint.bold(topic)}  ${paint.red('missing')}`
      const wanted = { partitions: String(partitions), ...config }
      const lines = Object.entries(wanted)
        .filter(([setting]) => !own.some((difference) => difference.setting === setting))
        .map(([setting, value]) => `  ${paint.green('✓')} ${setting} ${value}`)
      return [paint.bold(topic), ...lines, ...own.map((one) => renderDifference(one, paint))].join(
        '\n',
      )
    })
    .join('\n\n')
}

function renderDifference(difference: TopicDifference, paint: Paint): string {
  const { live, setting, severity, wanted, why } = difference
  const text = `${setting} ${live}, wanted ${wanted}: ${why}`
  switch (severity) {
    case 'broken':
      return `  ${paint.red('✗')} ${text}`
    case 'warning':
      return `  ${paint.yellow('!')} ${text}`
    case 'note':
      return `  ${paint.dim('·')} ${text}`
  }
}

export function renderPlan(plan: TopicPlan, isDryRun: boolean): readonly string[] {
  const [creates, sets] = isDryRun ? ['would create', 'would set'] : ['created', 'set']
  return [
    ...plan.create.map(({ partitions, topic }) => `${creates} ${topic} (${partitions} partitions)`),
    ...plan.alter.flatMap(({ config, topic }) =>
      Object.entries(config).map(([setting, value]) => `${sets} ${setting}=${value} of ${topic}`),
    ),
  ]
}
