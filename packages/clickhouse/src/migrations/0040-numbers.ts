import { type Migration } from './migration.ts'

/**
 * Which numbers there are, so that nobody reads messages to learn it. Applied migrations are never
 * edited.
 */
export const numbers: readonly Migration[] = [
  {
    id: 40,
    name: 'create numbers',
    statement: (database) => `
      CREATE TABLE IF NOT EXISTS ${database}.numbers (
        number LowCardinality(String),
        account_id LowCardinality(String),
        display_number LowCardinality(String),
        last_day SimpleAggregateFunction(max, Date)
      )
      ENGINE = AggregatingMergeTree
      ORDER BY (number, account_id, display_number)`,
  },
  {
    id: 41,
    name: 'fill numbers from the timelines',
    statement: (database) => `
      INSERT INTO ${database}.numbers
      SELECT number, account_id, display_number, max(toDate(last_received_at))
      FROM ${database}.message_timeline
      GROUP BY number, account_id, display_number`,
  },
]
