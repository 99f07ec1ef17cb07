import { accountEventColumns } from './account-event-row.ts'
import { contactAliasColumns } from './contact-alias-rows.ts'
import { deadLetterColumns } from './dead-letter-row.ts'
import { errorColumns } from './error-rows.ts'
import { messageContentColumns } from './message-content-row.ts'
import { messageEventColumns } from './message-event-row.ts'
import { numberColumns } from './number-row.ts'
import { rawWebhookColumns } from './raw-webhook-rows.ts'
import { timelineColumns } from './timeline-row.ts'
import { transitionColumns } from './transition-row.ts'

/** The tables that records are written to, with the columns of an insert. */
export const insertColumns = {
  message_events: messageEventColumns,
  message_timeline: timelineColumns,
  status_transitions: transitionColumns,
  raw_webhooks: rawWebhookColumns,
  dead_letters: deadLetterColumns,
  errors: errorColumns,
  account_events: accountEventColumns,
  message_content: messageContentColumns,
  contact_aliases: contactAliasColumns,
  numbers: numberColumns,
} as const

export type TableName = keyof typeof insertColumns

export const tableNames: readonly TableName[] = Object.keys(insertColumns).filter(isTableName)

function isTableName(name: string): name is TableName {
  return name in insertColumns
}
