import { type Migration } from './migration.ts'
import { REKEYING_STEPS, rekeyTable, type RekeyedTable } from './rekeyed-table.ts'

const FIRST_ID = 22

// Of equal rank the earliest. The least of these is when the message was sent or received: by its
// own time, else by the first thing that is known of it.
const STARTED = `(
          multiIf(echoed AND message_at IS NOT NULL, 0, sent_at IS NOT NULL, 1,
            message_at IS NOT NULL, 2, delivered_at IS NOT NULL, 3, read_at IS NOT NULL, 4,
            played_at IS NOT NULL, 5, failed_at IS NOT NULL, 6, 7),
          coalesce(if(echoed, message_at, NULL), sent_at, message_at, delivered_at, read_at,
            played_at, failed_at, first_received_at))`

const bloomOf = (column: string): string =>
  `ADD INDEX IF NOT EXISTS ${column}_bloom ${column} TYPE bloom_filter(0.001) GRANULARITY 1`

/**
 * Timelines by week and day, so that a range of time reads its days: `started` is stored and has a
 * range for each granule. Granules are small, because FINAL reads every granule of another part
 * that the day and number of a chosen one touch. Ids have bloom filters. Decision 0214 has the
 * figures.
 */
const timelines: RekeyedTable = {
  firstId: FIRST_ID,
  table: 'message_timeline',
  day: 'anchor_day',
  storage: `ENGINE = AggregatingMergeTree
      PARTITION BY toMonday(anchor_day)
      ORDER BY (anchor_day, number, message_id, participant)
      SETTINGS index_granularity = 1024`,
  keyStartsWith: 'anchor_day',
  additions: [
    `ADD COLUMN IF NOT EXISTS started
          SimpleAggregateFunction(min, Tuple(UInt8, DateTime64(3, 'UTC')))
          MATERIALIZED ${STARTED} CODEC(ZSTD(1))`,
    'ADD INDEX IF NOT EXISTS started_range started.2 TYPE minmax GRANULARITY 1',
    // Groups are few: the view's own text of `audience`, so that its filter is found here.
    `ADD INDEX IF NOT EXISTS audiences
          multiIf(notEmpty(participant), 'participant', notEmpty(group_id), 'group', 'person')
          TYPE set(3) GRANULARITY 1`,
    bloomOf('contact_id'),
    bloomOf('contact_user_id'),
  ],
}

/**
 * Transitions by the week and day of their own time, which is part of their key, so that one that
 * is repeated is the same row even after its timeline expired. The first receipt wins: one that is
 * repeated later knows less of what came before it. Times before 2009 are not accepted, so 1970 can
 * mean "none".
 */
const transitions: RekeyedTable = {
  firstId: FIRST_ID + REKEYING_STEPS,
  table: 'status_transitions',
  day: 'anchor_day',
  storage: `ENGINE = ReplacingMergeTree(precedence)
      PARTITION BY toMonday(ifNull(event_at, toDateTime64(0, 3, 'UTC')))
      ORDER BY (toDate(ifNull(event_at, toDateTime64(0, 3, 'UTC'))), number, message_id,
        participant, rung, toString(kind) = 'conflicted',
        ifNull(event_at, toDateTime64(0, 3, 'UTC')))
      SETTINGS index_granularity = 1024`,
  keyStartsWith: 'toDate(ifNull(event_at',
  additions: [
    `ADD COLUMN IF NOT EXISTS precedence UInt64
          MATERIALIZED bitNot(toUInt64(toUnixTimestamp64Milli(received_at))) CODEC(ZSTD(1))`,
    bloomOf('message_id'),
    'ADD INDEX IF NOT EXISTS received_range received_at TYPE minmax GRANULARITY 1',
  ],
}

/** Applied migrations are never edited. */
export const tablesByDay: readonly Migration[] = [
  ...rekeyTable(timelines),
  ...rekeyTable(transitions),
]
