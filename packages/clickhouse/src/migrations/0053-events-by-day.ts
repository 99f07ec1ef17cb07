import { type Migration } from './migration.ts'
import { REKEYING_STEPS, rekeyTable } from './rekeyed-table.ts'

const FIRST_ID = 53

/**
 * By the day of receipt and then by that of the event, so that what came late stands together, and
 * the ranges of all other granules are narrow. What is about no message stands apart in its day,
 * and so does what came with errors, because both are read alone. All of it follows from the event,
 * so what is written twice is one row.
 */
const storageOf = (apart: string): string => `ENGINE = ReplacingMergeTree
      PARTITION BY toMonday(received_at)
      ORDER BY (toDate(received_at), ${apart}, toDate(ifNull(event_at, toDateTime64(0, 3, 'UTC'))),
        number, received_at, message_id, raw_partition, raw_offset, item_index, event_type)
      SETTINGS index_granularity = 1024`

const RANGES = [
  'ADD INDEX IF NOT EXISTS event_range event_at TYPE minmax GRANULARITY 1',
  'ADD INDEX IF NOT EXISTS received_range received_at TYPE minmax GRANULARITY 1',
]

const common = { day: 'toDate(received_at)', keyStartsWith: 'toDate(received_at)' } as const

/**
 * Events and what was said by the week and day of their receipt, so that ranges of either time read
 * their days. Decision 0216 has the figures. Applied migrations are never edited.
 */
export const eventsByDay: readonly Migration[] = [
  ...rekeyTable({
    ...common,
    firstId: FIRST_ID,
    table: 'message_events',
    storage: storageOf('empty(message_id), notEmpty(error_codes)'),
    additions: [
      ...RANGES,
      'ADD INDEX IF NOT EXISTS event_types event_type TYPE set(16) GRANULARITY 1',
      `ADD INDEX IF NOT EXISTS error_codes_bloom error_codes
          TYPE bloom_filter(0.001) GRANULARITY 1`,
      'ADD INDEX IF NOT EXISTS with_errors notEmpty(error_codes) TYPE set(2) GRANULARITY 1',
    ],
  }),
  ...rekeyTable({
    ...common,
    firstId: FIRST_ID + REKEYING_STEPS,
    table: 'message_content',
    storage: storageOf('empty(message_id)'),
    additions: RANGES,
  }),
]
