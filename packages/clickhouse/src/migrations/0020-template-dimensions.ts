import { type Migration } from './migration.ts'

/**
 * Of which template a message was made, where a webhook names it. The timelines get their columns
 * before 0022 copies them. Applied migrations are never edited.
 */
export const templateDimensions: readonly Migration[] = [
  {
    id: 20,
    name: 'give message_events the template',
    statement: (database) => `
      ALTER TABLE ${database}.message_events
        ADD COLUMN IF NOT EXISTS template_name LowCardinality(String),
        ADD COLUMN IF NOT EXISTS template_category LowCardinality(String)`,
  },
  {
    id: 21,
    name: 'give message_timeline the template',
    statement: (database) => `
      ALTER TABLE ${database}.message_timeline
        ADD COLUMN IF NOT EXISTS template_name SimpleAggregateFunction(max, LowCardinality(String)),
        ADD COLUMN IF NOT EXISTS template_category
          SimpleAggregateFunction(max, LowCardinality(String))`,
  },
]
