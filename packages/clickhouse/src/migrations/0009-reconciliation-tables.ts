import { type Migration } from './migration.ts'

/** What redriving and reconciliation need. Applied migrations are never edited. */
export const reconciliationTables: readonly Migration[] = [
  {
    id: 9,
    name: 'tell of dead letters when they failed and were redriven',
    statement: (database) => `
      ALTER TABLE ${database}.dead_letters
        ADD COLUMN IF NOT EXISTS first_seen_at Nullable(DateTime64(3, 'UTC')) CODEC(ZSTD(1)),
        ADD COLUMN IF NOT EXISTS redriven_at Nullable(DateTime64(3, 'UTC')) CODEC(ZSTD(1))`,
  },
  {
    id: 10,
    name: 'let the later verdict of a webhook win',
    // An engine can't be given a version afterwards: the table is made again from its own rows.
    statement: (database) => `
      CREATE OR REPLACE TABLE ${database}.raw_webhooks (
        raw_partition UInt32,
        raw_offset UInt64 CODEC(Delta, ZSTD(1)),
        receipt_id String CODEC(ZSTD(1)),
        channel LowCardinality(String),
        received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
        bytes UInt32 CODEC(ZSTD(1)),
        verdict LowCardinality(String),
        messages UInt32 CODEC(ZSTD(1)),
        statuses UInt32 CODEC(ZSTD(1)),
        errors UInt32 CODEC(ZSTD(1)),
        other_fields UInt32 CODEC(ZSTD(1)),
        events UInt32 CODEC(ZSTD(1)),
        dead_letters UInt32 CODEC(ZSTD(1)),
        verdict_offset UInt64 CODEC(ZSTD(1)),
        INDEX receipt_id_bloom receipt_id TYPE bloom_filter(0.001) GRANULARITY 1,
        INDEX received_at_minmax received_at TYPE minmax GRANULARITY 1
      )
      ENGINE = ReplacingMergeTree(verdict_offset)
      PARTITION BY toYYYYMM(received_at)
      ORDER BY (raw_partition, raw_offset)
      AS SELECT
        raw_partition, raw_offset, receipt_id, channel, received_at, bytes, verdict, messages,
        statuses, errors, other_fields, events, dead_letters, toUInt64(0) AS verdict_offset
      FROM ${database}.raw_webhooks FINAL`,
  },
  {
    id: 11,
    name: 'create reconciliation_slices',
    statement: (database) => `
      CREATE TABLE IF NOT EXISTS ${database}.reconciliation_slices (
        raw_partition UInt32,
        first_offset UInt64,
        next_offset UInt64,
        checked_at DateTime64(3, 'UTC'),
        first_received_at Nullable(DateTime64(3, 'UTC')),
        verdicts UInt32,
        resent UInt32,
        differences Array(Tuple(kind String, channel String, amount UInt32))
      )
      ENGINE = ReplacingMergeTree(checked_at)
      ORDER BY (raw_partition, first_offset)`,
  },
]
