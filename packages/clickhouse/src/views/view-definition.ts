import { CANARY_NUMBER } from '@wabastream/contracts'
import { placeholderTypes } from '@wabastream/domain'
import { type ViewText } from '../dictionary/view-text.ts'

/** Where analysts look. */
export const defaultViewsDatabase = 'wa'

export interface ViewContext {
  /** Database of the generation shown. */
  readonly source: string
  /** Database of the views, for views of other views. */
  readonly views: string
  readonly generation: number
}

export interface ViewDefinition {
  readonly name: string
  /** What it and each of its columns mean, and what of it is about persons. */
  readonly text: ViewText
  /**
   * A SELECT that is right under duplicates and replay, without its reader having to know FINAL.
   */
  readonly select: (context: ViewContext) => string
}

/** The canary's own messages interest no analyst: only its metrics show them. */
export const notCanary = `number != '${CANARY_NUMBER}'`

/** Whether the type stands for content that comes later, or never: another report of it wins. */
export const isPlaceholder = `message_type IN (${Array.from(placeholderTypes, (type) => `'${type}'`).join(', ')})`

/** Where a webhook lies, and which item of it a row is of. */
export const RAW_PLACE = 'received_at, raw_partition, raw_offset, item_index'

/** What has neither id nor time is the same where it came again within so long, in SQL. */
export const REPEATED_WITHIN = 'INTERVAL 1 MINUTE'

// All rows of a key lie in one partition, because the partition follows from the key.
export const WITHIN_PARTITIONS = 'SETTINGS do_not_merge_across_partitions_select_final = 1'

/** What a row of `message_content` shares with its event's own row. */
export const CONTENT_KEY = `number, received_at, message_id, raw_partition, raw_offset, item_index,
        event_type`

/** What makes two reports the same event. */
const IDENTITY = 'number, message_id, event_id'

/**
 * In SQL, each event of a table once: of what the provider sends again the first by `order`. The
 * engine lets a condition pass that is on what makes two rows the same, and no other: so their time
 * is among it, and a range of `event_at` reads its own days.
 *
 * What is received more than a day before it happens has no time that can be believed, and may have
 * one when it comes again. Of those events, `unbelieved`, the first is looked for by its message.
 */
export function eventsOnce({
  order,
  table,
  unbelieved,
  where,
}: {
  readonly table: string
  readonly where: string
  readonly order: string
  /** Which rows are of events that may have two times. */
  readonly unbelieved: string
}): string {
  const of = (columns: string): string => `(SELECT ${columns} FROM ${table} WHERE ${unbelieved})`
  return `
        SELECT * FROM ${table} FINAL
        WHERE ${where} AND ((${IDENTITY}) NOT IN ${of(IDENTITY)}
          OR (${RAW_PLACE}, event_id) IN (
            SELECT ${RAW_PLACE}, event_id FROM ${table} FINAL
            WHERE message_id IN ${of('message_id')} AND (${IDENTITY}) IN ${of(IDENTITY)}
            ORDER BY ${order} LIMIT 1 BY ${IDENTITY}))
        ORDER BY ${order} LIMIT 1 BY ${IDENTITY}, event_at`
}
