import { type Migration } from './migration.ts'
import { INSERT_MS_MAX, slicesByDay } from './rekeyed-table.ts'

/** What counting a message to a group asks for. */
const COLUMNS = `number, anchor_day, message_id, participant, outbound, inbound, rungs, failed,
        failure_code, historical, live, echoed, replied, type, price, conversation_id,
        conversation_origin, template_name, template_category, contact_user_id, group_id,
        account_id, started`

const IS_OF_GROUP = 'notEmpty(participant) OR notEmpty(group_id)'

const ROWS_OF_A_SLICE = 2_000_000

/**
 * Timelines of messages to groups, apart: such a message is counted by the rows of all its days,
 * which no range of time can choose. Applied migrations are never edited.
 */
export const groupTimelines: readonly Migration[] = [
  {
    id: 100,
    name: 'create group_timeline',
    statement: (database) => `
      CREATE TABLE IF NOT EXISTS ${database}.group_timeline
      ENGINE = AggregatingMergeTree
      PARTITION BY toMonday(anchor_day)
      ORDER BY (anchor_day, number, message_id, participant)
      AS SELECT ${COLUMNS} FROM ${database}.message_timeline WHERE false`,
  },
  {
    id: 101,
    name: 'keep timelines of groups apart',
    statement: (database) => `
      CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.group_timeline_of_timelines
      TO ${database}.group_timeline AS
      SELECT ${COLUMNS} FROM ${database}.message_timeline WHERE ${IS_OF_GROUP}`,
  },
]

/**
 * An insert that was under way when a view was made did not feed it, and is not seen before it has
 * ended. So this one waits, where there is anything, and what else fills comes after it.
 */
export const earlierGroups: Migration = {
  id: 102,
  name: 'keep earlier timelines of groups apart',
  statement: (database, slice = 'true') => `
      INSERT INTO ${database}.group_timeline
      SELECT ${COLUMNS} FROM ${database}.message_timeline WHERE (${IS_OF_GROUP}) AND ${slice}
      SETTINGS max_partitions_per_insert_block = 0`,
  slices: (database) => slicesByDay(`${database}.message_timeline`, 'anchor_day', ROWS_OF_A_SLICE),
  delayMs: INSERT_MS_MAX,
  done: (database) => `SELECT 1 FROM system.tables
    WHERE database = '${database}' AND name = 'message_timeline' AND total_rows = 0`,
}
