import { type Migration } from '../migrations/migration.ts'
import { notCanary } from '../views/view-definition.ts'
import { ALIAS_PAIRS, MARKS_DAYS } from './persons-sql.ts'

/**
 * Which ids are one person, kept so that nobody has to follow all aliases for it: what was found
 * out so far, and what was reported since. Applied migrations are never edited.
 */
export const settledPersons: readonly Migration[] = [
  {
    id: 80,
    name: 'create alias_marks',
    statement: (database) => `
      CREATE TABLE IF NOT EXISTS ${database}.alias_marks (
        marked_at DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
        scope LowCardinality(String),
        a String CODEC(ZSTD(1)),
        b String CODEC(ZSTD(1)),
        last_day Date CODEC(ZSTD(1))
      )
      ENGINE = MergeTree PARTITION BY toDate(marked_at) ORDER BY marked_at
      TTL toDate(marked_at) + toIntervalDay(${MARKS_DAYS})`,
  },
  {
    id: 81,
    name: 'create settled_persons',
    statement: (database) => `
      CREATE TABLE IF NOT EXISTS ${database}.settled_persons (
        scope LowCardinality(String),
        id String CODEC(ZSTD(1)),
        person String CODEC(ZSTD(1)),
        last_day Date CODEC(ZSTD(1)),
        through DateTime64(6, 'UTC') CODEC(ZSTD(1)),
        INDEX person_bloom person TYPE bloom_filter(0.001) GRANULARITY 1
      )
      ENGINE = ReplacingMergeTree(through) ORDER BY (scope, id)
      SETTINGS index_granularity = 256`,
  },
  {
    id: 82,
    name: 'create settled_aliases',
    statement: (database) => `
      CREATE TABLE IF NOT EXISTS ${database}.settled_aliases (
        through DateTime64(6, 'UTC'),
        settled_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
      )
      ENGINE = MergeTree ORDER BY through
      TTL toDate(settled_at) + toIntervalDay(${MARKS_DAYS})`,
  },
  {
    id: 83,
    name: 'mark what is said of persons',
    statement: (database) => `
      CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.contact_aliases_marked
      TO ${database}.alias_marks AS
      SELECT now64(6, 'UTC') AS marked_at, ${ALIAS_PAIRS}, last_day
      FROM ${database}.contact_aliases WHERE ${notCanary}`,
  },
]
