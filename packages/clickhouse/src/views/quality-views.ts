import { qualityTexts } from '../dictionary/quality-texts.ts'
import { detectedCategory, messagingLimit } from './account-views.ts'
import { numberHealthDaily } from './number-health-view.ts'
import { dayOf, TIME_ZONE, timeZonesOf } from './number-time-zones.ts'
import {
  payloadNumber,
  payloadRaw as raw,
  payloadText as text,
  readableEvents,
  secondsOf,
} from './json/payload.ts'
import { type ViewDefinition } from './view-definition.ts'

const FIELDS = [
  'account_review_update',
  'business_capability_update',
  'template_correct_category_detection',
  'message_template_status_update',
  'message_template_quality_update',
  'template_category_update',
  'phone_number_quality_update',
  'phone_number_name_update',
  'account_update',
]

const isRecipient = `direction = 'outbound' AND audience != 'group'`

export const qualityViews: readonly ViewDefinition[] = [
  {
    // Messages are counted as such, and what became of them by recipient: a group has several.
    name: 'number_quality',
    text: qualityTexts.number_quality,
    select: ({ views }) => `
      SELECT
        ${dayOf('m.started_at')} AS day, m.number AS number,
        any(${TIME_ZONE}) AS time_zone,
        countIf(direction = 'inbound') AS received,
        countIf(direction = 'outbound' AND audience != 'participant') AS messages,
        countIf(${isRecipient}) AS recipients,
        countIf(${isRecipient} AND rungs >= 2) AS delivered,
        countIf(${isRecipient} AND rungs >= 4) AS read,
        countIf(direction = 'outbound' AND status = 'failed') AS failed,
        countIf(${isRecipient} AND NOT awaits_delivery) AS deliverable_unknown,
        recipients - deliverable_unknown AS awaited,
        if(awaited = 0, NULL, delivered / awaited) AS delivered_share,
        if(awaited = 0, NULL, read / awaited) AS read_share,
        if(awaited = 0, NULL, failed / awaited) AS failed_share,
        sumMapIf(map(ifNull(failure_code, 0), toUInt64(1)),
          direction = 'outbound' AND status = 'failed') AS failure_codes
      FROM ${views}.messages AS m ${timeZonesOf(views, 'm.number')}
      WHERE direction IN ('inbound', 'outbound') AND NOT historical
      GROUP BY day, number`,
  },
  {
    // The id of a template may be a number too long for a double, so its raw text is taken.
    name: 'quality_events',
    text: qualityTexts.quality_events,
    select: ({ views }) => `
      SELECT
        e.received_at AS received_at, e.event_at AS event_at, account_id, field,
        ${payloadNumber} AS display_number, ${raw('message_template_id')} AS template_id,
        ${text('message_template_name')} AS template,
        ${text('message_template_language')} AS language,
        coalesce(nullIf(${text('previous_quality_score')}, ''),
          nullIf(${text('previous_category')}, ''), ${text('old_limit')}) AS previous,
        coalesce(nullIf(${text('new_quality_score')}, ''),
          nullIf(${text('new_category')}, ''), nullIf(${text('decision')}, ''),
          if(field = 'template_correct_category_detection', nullIf(${detectedCategory}, ''), NULL),
          event) AS current,
        ${messagingLimit} AS messaging_limit,
        coalesce(nullIf(${text('correct_category')}, ''),
          ${text('message_template_category')}) AS category,
        ${secondsOf(raw('category_update_timestamp'))} AS effective_at,
        ${text('reason')} AS reason
      FROM ${readableEvents(views, FIELDS)} AS e`,
  },
  {
    name: 'template_quality',
    text: qualityTexts.template_quality,
    select: ({ views }) => {
      const last = (field: string): string =>
        `argMaxIf(current, (ifNull(event_at, received_at), received_at), field = '${field}')`
      return `
      SELECT
        account_id, template_id, language, argMax(template, received_at) AS template,
        ${last('message_template_status_update')} AS status,
        argMaxIf(reason, (ifNull(event_at, received_at), received_at),
          field = 'message_template_status_update') AS status_reason,
        ${last('message_template_quality_update')} AS quality,
        argMaxIf(if(field = 'template_category_update', e.current, e.category),
          (ifNull(event_at, received_at), received_at),
          field = 'template_category_update'
            OR (field = 'message_template_status_update' AND e.category != '')) AS category,
        argMaxIf(e.category, (ifNull(event_at, received_at), received_at),
          field IN ('template_category_update', 'template_correct_category_detection')
            AND effective_at IS NOT NULL) AS coming_category,
        argMaxIf(tuple(effective_at), (ifNull(event_at, received_at), received_at),
          field IN ('template_category_update', 'template_correct_category_detection')
            AND effective_at IS NOT NULL).1 AS category_changes_at,
        countIf(field = 'message_template_status_update'
          AND current IN ('PAUSED', 'DISABLED', 'REJECTED')) AS stops,
        max(received_at) AS last_event_at
      FROM ${views}.quality_events AS e
      WHERE template_id != ''
      GROUP BY account_id, template_id, language`
    },
  },
  numberHealthDaily,
]
