import { type Migration } from './migration.ts'

/**
 * The pairs of ids that only timelines of earlier versions have, as aliases, so that nobody has to
 * read all timelines for them. Applied migrations are never edited.
 */
export const aliasesOfTimelines: readonly Migration[] = [
  {
    id: 43,
    name: 'write the aliases that timelines have',
    // What it writes again merges with what is there: as the sink writes a timeline's alias.
    statement: (database, slice = 'true') => `
      INSERT INTO ${database}.contact_aliases
        (account_id, number, kind, left_id, right_id, source, first_seen, last_day)
      SELECT account_id, number, 'named_together', contact_id, contact_user_id, 'MessageTimeline',
        (min(first_received_at), 0, 0, 0, NULL), max(toDate(last_received_at))
      FROM ${database}.message_timeline
      WHERE ${slice} AND contact_id != '' AND contact_user_id != ''
      GROUP BY account_id, number, contact_id, contact_user_id`,
    slices: (database) => `
      SELECT concat('anchor_day = toDate(', toString(toUInt16(anchor_day)), ')') AS slice
      FROM ${database}.message_timeline GROUP BY anchor_day ORDER BY anchor_day`,
    done: (database) => `SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM ${database}.message_timeline
      WHERE contact_id != '' AND contact_user_id != '')`,
  },
]
