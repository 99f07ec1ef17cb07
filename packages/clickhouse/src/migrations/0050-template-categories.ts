import { type Migration } from './migration.ts'

/**
 * Of which category a template is said to be, as the account events report it, so that nobody reads
 * these for each message. Whatever inserts account events fills it, also a sink of the version
 * before. What is reported again is one row, of the place where it first came: received at, raw
 * partition, raw offset, item, time by the provider, category. Applied migrations are never edited.
 */
export const templateCategories: readonly Migration[] = [
  {
    id: 50,
    name: 'create template_categories',
    statement: (database) => `
      CREATE TABLE IF NOT EXISTS ${database}.template_categories (
        account_id LowCardinality(String),
        template_name String,
        field LowCardinality(String),
        event_id String,
        first SimpleAggregateFunction(min, Tuple(DateTime64(3, 'UTC'), UInt32, UInt64, UInt32,
          Nullable(DateTime64(3, 'UTC')), String))
      )
      ENGINE = AggregatingMergeTree
      ORDER BY (account_id, template_name, field, event_id)`,
  },
  {
    id: 51,
    name: 'fill template_categories with each insert of account_events',
    statement: (database) => `
      CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.template_categories_of_events
      TO ${database}.template_categories
      AS ${categoriesOf(`${database}.account_events`)}`,
  },
]

export const earlierTemplates: Migration = {
  id: 52,
  name: 'fill template_categories from account_events',
  statement: fillCategories,
}

/** Fills `template_categories` from all account events; what it has already stays. */
export function fillCategories(database: string): string {
  return `
      INSERT INTO ${database}.template_categories ${categoriesOf(`${database}.account_events`)}`
}

function categoriesOf(source: string): string {
  const text = (name: string): string => `JSONExtractString(payload, '${name}')`
  return `
      SELECT account_id, ${text('message_template_name')} AS template_name, field, event_id,
        (received_at, raw_partition, raw_offset, item_index, event_at,
          coalesce(nullIf(${text('new_category')}, ''), ${text('message_template_category')}))
          AS first
      FROM ${source}
      WHERE field IN ('template_category_update', 'message_template_status_update')
        AND template_name != '' AND first.6 != ''`
}
