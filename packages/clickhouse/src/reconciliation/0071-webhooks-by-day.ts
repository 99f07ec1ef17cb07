import { type Migration } from '../migrations/migration.ts'
import { rekeyTable } from '../migrations/rekeyed-table.ts'

/**
 * Records of the raw log by the week and day of their receipt, so that a range of it reads its
 * days: by partition and offset alone, what came in lately spans everything that came before.
 * Applied migrations are never edited.
 */
export const webhooksByDay: readonly Migration[] = rekeyTable({
  firstId: 71,
  table: 'raw_webhooks',
  day: 'toDate(received_at)',
  slicedBy: 'raw_offset',
  storage: `ENGINE = ReplacingMergeTree(verdict_offset)
      PARTITION BY toMonday(received_at)
      ORDER BY (toDate(received_at), raw_partition, raw_offset)
      SETTINGS index_granularity = 1024`,
  keyStartsWith: 'toDate(received_at)',
  additions: ['ADD INDEX IF NOT EXISTS offset_range raw_offset TYPE minmax GRANULARITY 1'],
})
