import { type Migration } from './migration.ts'

/** Tables about webhooks and what is no message. Applied migrations are never edited. */
export const webhookTables: readonly Migration[] = [
  {
    id: 4,
    name: 'create raw_webhooks',
    statement: (database) => `
      CREATE TABLE IF NOT EXISTS ${database}.raw_webhooks (
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
        INDEX receipt_id_bloom receipt_id TYPE bloom_filter(0.001) GRANULARITY 1
      )
      ENGINE = ReplacingMergeTree
      PARTITION BY toYYYYMM(received_at)
      ORDER BY (raw_partition, raw_offset)`,
  },
  {
    id: 5,
    name: 'create dead_letters',
    statement: (database) => `
      CREATE TABLE IF NOT EXISTS ${database}.dead_letters (
        topic LowCardinality(String),
        partition UInt32,
        offset UInt64 CODEC(ZSTD(1)),
        item_index Int32,
        stage LowCardinality(String),
        generation UInt32,
        reason LowCardinality(String),
        detail String CODEC(ZSTD(1)),
        receipt_id String CODEC(ZSTD(1)),
        channel LowCardinality(String),
        received_at DateTime64(3, 'UTC') CODEC(ZSTD(1)),
        attempts UInt32,
        letter_partition UInt32,
        letter_offset UInt64 CODEC(ZSTD(1)),
        body_base64 String EPHEMERAL,
        body String DEFAULT base64Decode(body_base64) CODEC(ZSTD(3))
      )
      ENGINE = ReplacingMergeTree(letter_offset)
      PARTITION BY toYYYYMM(received_at)
      ORDER BY (topic, partition, offset, item_index, stage, generation)`,
  },
  {
    id: 6,
    name: 'create errors',
    statement: (database) => `
      CREATE TABLE IF NOT EXISTS ${database}.errors (
        number LowCardinality(String),
        received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
        raw_partition UInt32,
        raw_offset UInt64 CODEC(ZSTD(1)),
        item_index UInt32,
        error_index UInt32,
        source LowCardinality(String),
        channel LowCardinality(String),
        event_at Nullable(DateTime64(3, 'UTC')) CODEC(ZSTD(1)),
        message_id String CODEC(ZSTD(1)),
        code Nullable(Int32),
        title String CODEC(ZSTD(1)),
        message String CODEC(ZSTD(1)),
        details String CODEC(ZSTD(1)),
        href String CODEC(ZSTD(1))
      )
      ENGINE = ReplacingMergeTree
      PARTITION BY toYYYYMM(received_at)
      ORDER BY (number, received_at, raw_partition, raw_offset, item_index, error_index)`,
  },
  {
    id: 7,
    name: 'create account_events',
    statement: (database) => `
      CREATE TABLE IF NOT EXISTS ${database}.account_events (
        field LowCardinality(String),
        received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
        raw_partition UInt32,
        raw_offset UInt64 CODEC(ZSTD(1)),
        item_index UInt32,
        number LowCardinality(String),
        channel LowCardinality(String),
        account_id LowCardinality(String),
        event LowCardinality(String),
        event_at Nullable(DateTime64(3, 'UTC')) CODEC(ZSTD(1)),
        event_id String CODEC(ZSTD(1)),
        receipt_id String CODEC(ZSTD(1)),
        payload String CODEC(ZSTD(3))
      )
      ENGINE = ReplacingMergeTree
      PARTITION BY toYYYYMM(received_at)
      ORDER BY (field, received_at, raw_partition, raw_offset, item_index)`,
  },
  {
    id: 8,
    name: 'create error_codes',
    statement: (database) => `
      CREATE TABLE IF NOT EXISTS ${database}.error_codes (
        code Int32,
        meaning String,
        who_can_act LowCardinality(String),
        retryable Bool
      )
      ENGINE = ReplacingMergeTree
      ORDER BY code`,
  },
]
