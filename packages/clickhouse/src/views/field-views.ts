import { webhookTexts } from '../dictionary/webhook-texts.ts'
import { readableJson } from './json/payload.ts'
import { isReadOfAccountEvent, leavesOf, plainValue } from './json/payload-paths.ts'
import { notCanary, RAW_PLACE, type ViewDefinition } from './view-definition.ts'

/** What the view `referrals` reads of what no field of an event holds. */
const READ_OF_ITEMS = ['source_type', 'source_id', 'source_url', 'headline', 'body', 'media_type']
  .concat('ctwa_clid')
  .map((name) => `'referral.${name}'`)
  .join(', ')

/** What an echo's own columns say of the definition that stands whole beside it. */
const READ_OF_ECHOES = ['name', 'category']
  .map((name) => `('MessageEchoed', 'template_definition.${name}')`)
  .join(', ')

const isRead = isReadOfAccountEvent({
  field: 'field',
  path: 'leaf.1',
  payload: readableJson('payload'),
})

/** What account events say path by path, and what arrives and nobody reads. */
export const fieldViews: readonly ViewDefinition[] = [
  {
    name: 'account_event_fields',
    text: webhookTexts.account_event_fields,
    select: ({ views }) => `
      SELECT
        field, received_at, event_at, account_id, number, event, event_id,
        leaf.1 AS path, leaf.2 AS places, ${plainValue('leaf.3')} AS value,
        raw_partition, raw_offset, item_index
      FROM ${views}.account_events
      ARRAY JOIN ${leavesOf(readableJson('payload'))} AS leaf
      WHERE leaf.3 != 'null'`,
  },
  {
    // What the provider sends again is one event, of the time when it first came.
    name: 'unknown_fields',
    text: webhookTexts.unknown_fields,
    select: ({ source, views }) => `
      SELECT
        event_type, field, message_type, path, count() AS events,
        min(first.1) AS first_received_at, max(first.1) AS last_received_at,
        max(first).2 AS raw_partition, max(first).3 AS raw_offset
      FROM (
        SELECT
          'AccountEventReceived' AS event_type, field, '' AS message_type, leaf.1 AS path,
          min((received_at, raw_partition, raw_offset)) AS first
        FROM ${views}.account_events
        ARRAY JOIN ${leavesOf(readableJson('payload'))} AS leaf
        WHERE leaf.3 != 'null' AND NOT ${isRead}
        GROUP BY field, path, account_id, event_id, ${RAW_PLACE}
        UNION ALL
        SELECT
          event_type, '' AS field, message_type, leaf.1 AS path,
          min((received_at, raw_partition, raw_offset)) AS first
        FROM ${source}.message_content FINAL
        ARRAY JOIN ${leavesOf(readableJson('unread'))} AS leaf
        WHERE unread != '' AND leaf.3 != 'null' AND ${notCanary}
          AND leaf.1 NOT IN (${READ_OF_ITEMS})
          AND (toString(event_type), leaf.1) NOT IN (${READ_OF_ECHOES})
        GROUP BY event_type, message_type, path, number, event_id
      )
      GROUP BY event_type, field, message_type, path`,
  },
]
