import { type Migration } from './migration.ts'

const CATEGORY = `category LowCardinality(String),
        account_id LowCardinality(String),
        template_name String CODEC(ZSTD(1))`
const CATEGORY_KEY = 'category, account_id, template_name'

const countsOf = (...names: readonly string[]): string =>
  names.map((name) => `${name} UInt64 CODEC(ZSTD(1))`).join(',\n        ')

/** Rows of one day of a number, by the attempt (`version`) that made them. */
const createRollup = (
  id: number,
  table: string,
  { columns, key }: { readonly columns: readonly string[]; readonly key: string },
): Migration => ({
  id,
  name: `create ${table}`,
  statement: (database) => `
      CREATE TABLE IF NOT EXISTS ${database}.${table} (
        anchor_day Date,
        number LowCardinality(String),
        version UInt64 CODEC(ZSTD(1)),
        ${columns.join(',\n        ')}
      )
      ENGINE = ReplacingMergeTree(version)
      PARTITION BY toMonday(anchor_day)
      ORDER BY (anchor_day, number, ${key})
      SETTINGS index_granularity = 1024`,
})

/**
 * What was counted of each day of a number, and of which days that still holds. A materialized
 * view marks what an insert touches, by whichever version and whatever copies rows. Applied
 * migrations are never edited.
 */
export const rollupTables: readonly Migration[] = [
  {
    id: 44,
    name: 'create day_marks',
    // `attempt` is the last one that began, `rolled_up` the last one that ended: its version, the
    // time up to which it had seen every insert, and the time zone of the number.
    statement: (database) => `
      CREATE TABLE IF NOT EXISTS ${database}.day_marks (
        anchor_day Date,
        number LowCardinality(String),
        marked_at SimpleAggregateFunction(max, DateTime64(6, 'UTC')) CODEC(ZSTD(1)),
        attempt SimpleAggregateFunction(max, UInt64) CODEC(ZSTD(1)),
        rolled_up SimpleAggregateFunction(max, Tuple(
          version UInt64, through DateTime64(6, 'UTC'), time_zone String)) CODEC(ZSTD(1))
      )
      ENGINE = AggregatingMergeTree
      ORDER BY (anchor_day, number)`,
  },
  {
    id: 45,
    name: 'mark the days of timelines',
    statement: (database) => `
      CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.day_marks_of_timelines
      TO ${database}.day_marks AS
      SELECT anchor_day, number, max(now64(6, 'UTC')) AS marked_at
      FROM ${database}.message_timeline GROUP BY anchor_day, number`,
  },
  createRollup(47, 'funnel_rollup', {
    columns: [
      "hour DateTime('UTC') CODEC(Delta, ZSTD(1))",
      CATEGORY,
      countsOf('messages', 'sent', 'replied', 'recipients', 'awaited'),
      countsOf('delivered', 'read', 'played', 'failed', 'conflicts'),
      'INDEX hour_range hour TYPE minmax GRANULARITY 1',
    ],
    key: `hour, ${CATEGORY_KEY}`,
  }),
  createRollup(48, 'quality_rollup', {
    columns: [
      'day Date CODEC(Delta, ZSTD(1))',
      countsOf('received', 'messages', 'recipients', 'delivered', 'read', 'failed'),
      countsOf('deliverable_unknown'),
      'failure_codes Map(Int32, UInt64) CODEC(ZSTD(1))',
      'INDEX day_range day TYPE minmax GRANULARITY 1',
    ],
    key: 'day',
  }),
  createRollup(49, 'billing_rollup', {
    columns: [
      'day Date CODEC(Delta, ZSTD(1))',
      'audience LowCardinality(String)',
      'calling_code LowCardinality(String)',
      'country LowCardinality(String)',
      'model LowCardinality(String)',
      'type LowCardinality(String)',
      CATEGORY,
      countsOf('messages', 'charged', 'free', 'undelivered', 'unknown'),
      'conversations AggregateFunction(uniqExact, Nullable(String)) CODEC(ZSTD(1))',
      'INDEX day_range day TYPE minmax GRANULARITY 1',
    ],
    key: `day, audience, calling_code, country, model, type, ${CATEGORY_KEY}`,
  }),
]

export const earlierDays: Migration = {
  id: 46,
  name: 'mark the days of earlier timelines',
  statement: (database) => `
      INSERT INTO ${database}.day_marks (anchor_day, number, marked_at)
      SELECT anchor_day, number, now64(6, 'UTC')
      FROM ${database}.message_timeline GROUP BY anchor_day, number`,
}
