import { type Migration } from './migration.ts'

/**
 * What people said, apart from everything else because it is kept for a time of its own, and which
 * ids are one person. Applied migrations are never edited.
 */
export const contentAndAliases: readonly Migration[] = [
  {
    id: 18,
    name: 'create message_content',
    statement: (database) => `
      CREATE TABLE IF NOT EXISTS ${database}.message_content (
        number LowCardinality(String),
        received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
        message_id String CODEC(ZSTD(1)),
        raw_partition UInt32 CODEC(ZSTD(1)),
        raw_offset UInt64 CODEC(Delta, ZSTD(1)),
        item_index UInt32 CODEC(ZSTD(1)),
        event_type LowCardinality(String),
        event_id String CODEC(ZSTD(1)),
        event_at Nullable(DateTime64(3, 'UTC')) CODEC(Delta, ZSTD(1)),
        message_type LowCardinality(String),
        from_business Bool,
        contact_id String CODEC(ZSTD(1)),
        contact_user_id String CODEC(ZSTD(1)),
        text String CODEC(ZSTD(3)),
        contact_name String CODEC(ZSTD(1)),
        content String CODEC(ZSTD(3)),
        unread String CODEC(ZSTD(3)),
        INDEX message_id_bloom message_id TYPE bloom_filter(0.001) GRANULARITY 1
      )
      ENGINE = ReplacingMergeTree
      PARTITION BY toYYYYMM(received_at)
      ORDER BY (number, received_at, message_id, raw_partition, raw_offset, item_index,
        event_type)`,
  },
  {
    id: 19,
    name: 'create contact_aliases',
    // One row for each fact, however often it comes: `first_seen` is when and where it did first
    // (received at, raw partition, raw offset, item, time by the provider), `last_day` ages it.
    statement: (database) => `
      CREATE TABLE IF NOT EXISTS ${database}.contact_aliases (
        account_id LowCardinality(String),
        number LowCardinality(String),
        kind LowCardinality(String),
        left_id String CODEC(ZSTD(1)),
        right_id String CODEC(ZSTD(1)),
        source LowCardinality(String),
        first_seen SimpleAggregateFunction(min, Tuple(DateTime64(3, 'UTC'), UInt32, UInt64, UInt32,
          Nullable(DateTime64(3, 'UTC')))) CODEC(ZSTD(1)),
        last_day SimpleAggregateFunction(max, Date) CODEC(ZSTD(1))
      )
      ENGINE = AggregatingMergeTree
      ORDER BY (account_id, number, kind, left_id, right_id, source)`,
  },
]
