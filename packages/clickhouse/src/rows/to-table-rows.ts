import {
  createReadGuard,
  isWhatsAppEvent,
  type RecordReadBy,
  type WhatsAppEvent,
} from '@wabastream/contracts'
import { type TableName } from './tables.ts'
import { toAccountEventRow } from './account-event-row.ts'
import { type Cell } from './cells.ts'
import { type RecordPlace, toDeadLetterRow } from './dead-letter-row.ts'
import { toContactAliasRows } from './contact-alias-rows.ts'
import { toErrorRows } from './error-rows.ts'
import { toMessageContentRow } from './message-content-row.ts'
import { toMessageEventRow } from './message-event-row.ts'
import { toNumberRow } from './number-row.ts'
import { toRawWebhookRows } from './raw-webhook-rows.ts'
import { toTransitionRow } from './transition-row.ts'

export interface TableRow {
  readonly table: TableName
  readonly cells: readonly Cell[]
}

/** A record of the topics that the sink reads according to the topology; others have no table. */
export type SinkRecord = RecordReadBy<'clickhouse-sink'>

export const isSinkRecord = createReadGuard('clickhouse-sink')

/** Any of them but a timeline, whose row may depend on existing rows. */
export type PlainRecord = Exclude<SinkRecord, { readonly type: 'MessageTimeline' }>

/** All rows of a record. `place` is where the record itself is. */
export function toTableRows(record: PlainRecord, place: RecordPlace): readonly TableRow[] {
  if (isWhatsAppEvent(record)) return toEventRows(record)
  switch (record.type) {
    case 'StatusTransition':
      return [{ table: 'status_transitions', cells: toTransitionRow(record.data) }]
    case 'WebhooksDecoded':
      return toRawWebhookRows(record.data, place).map((cells) => ({ table: 'raw_webhooks', cells }))
    case 'DeadLetter':
      return [{ table: 'dead_letters', cells: toDeadLetterRow(record.data, place) }]
  }
}

/** The event's own row first, then the rows that analysts look up apart from messages. */
export function toEventRows(event: WhatsAppEvent): readonly TableRow[] {
  const rows: TableRow[] = [{ table: 'message_events', cells: toMessageEventRow(event) }]
  const content = toMessageContentRow(event)
  if (content !== undefined) rows.push({ table: 'message_content', cells: content })
  for (const cells of toErrorRows(event)) rows.push({ table: 'errors', cells })
  for (const cells of toContactAliasRows(event)) rows.push({ table: 'contact_aliases', cells })
  const number = toNumberRow(event)
  if (number !== undefined) rows.push({ table: 'numbers', cells: number })
  if (event.type === 'AccountEventReceived') {
    rows.push({ table: 'account_events', cells: toAccountEventRow(event.data) })
  }
  return rows
}
