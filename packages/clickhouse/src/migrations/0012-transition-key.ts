import { type Migration } from './migration.ts'

/**
 * Transitions by rung and time instead of by kind and rung: the kind depends on the order in which
 * facts are read, and a rung may have several times. A sorting key cannot be changed, so the table
 * is renamed, and a new one takes its place and then its rows. Sinks go on meanwhile: they wait for
 * a missing table. Applied migrations are never edited.
 */
export const transitionKey: readonly Migration[] = [
  {
    id: 12,
    name: 'put status_transitions by kind aside',
    statement: (database) =>
      `RENAME TABLE ${database}.status_transitions TO ${database}.status_transitions_by_kind`,
    done: (database) => isNotByKind(database, 'status_transitions'),
  },
  {
    id: 13,
    name: 'create status_transitions by time',
    // Times before 2009 are not accepted, so 1970 can mean "none".
    statement: (database) => `
      CREATE TABLE IF NOT EXISTS ${database}.status_transitions (
        number LowCardinality(String),
        message_id String CODEC(ZSTD(1)),
        participant String CODEC(ZSTD(1)),
        kind LowCardinality(String),
        rung LowCardinality(String),
        previous_rung LowCardinality(String),
        event_at Nullable(DateTime64(3, 'UTC')) CODEC(ZSTD(1)),
        received_at DateTime64(3, 'UTC') CODEC(ZSTD(1)),
        since_sent_ms Nullable(Int64) CODEC(ZSTD(1)),
        since_delivered_ms Nullable(Int64) CODEC(ZSTD(1)),
        failure_code Nullable(Int32),
        anchor_day Date CODEC(ZSTD(1)),
        event_id String CODEC(ZSTD(1))
      )
      ENGINE = ReplacingMergeTree(received_at)
      PARTITION BY toYYYYMM(anchor_day)
      ORDER BY (number, message_id, participant, rung, toString(kind) = 'conflicted',
        ifNull(event_at, toDateTime64(0, 3, 'UTC')))`,
  },
  {
    id: 14,
    name: 'move the rows of status_transitions',
    // Without FINAL, so that times that no merge has dropped yet become rows again.
    statement: (database) => `
      INSERT INTO ${database}.status_transitions
      SELECT * FROM ${database}.status_transitions_by_kind`,
    // An insert that was under way during the renaming has ended in the old table or been given up
    // by then.
    delayMs: 31_000,
    done: (database) => `SELECT 1 WHERE (SELECT sum(ifNull(total_rows, 0)) FROM system.tables
      WHERE database = '${database}' AND name = 'status_transitions_by_kind') = 0`,
  },
  {
    id: 15,
    name: 'drop status_transitions by kind',
    statement: (database) => `
      DROP TABLE IF EXISTS ${database}.status_transitions_by_kind
      SETTINGS max_table_size_to_drop = 0`,
    // Another process may have renamed a table that is already by time, and not moved its rows yet.
    done: (database) => isNotByKind(database, 'status_transitions_by_kind'),
  },
]

/** A query that returns a row if the table is missing or has the new sorting key. */
function isNotByKind(database: string, table: string): string {
  return `SELECT 1 WHERE '${table}' NOT IN (SELECT name FROM system.tables
    WHERE database = '${database}' AND position(sorting_key, 'event_at') = 0)`
}
