import { qualityTexts } from '../dictionary/quality-texts.ts'
import { detectedCategory, messagingLimit } from './account-views.ts'
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

const NO_EVENTS = `CAST([],
            'Array(Tuple(at DateTime64(3, \\'UTC\\'), event String, previous String,
              messaging_limit String))')`

/**
 * What the provider reported about a number, over what became of its messages on the same day. The
 * provider names the number as it is displayed, in an account; messages name both beside the id.
 */
const numberHealthDaily: ViewDefinition = {
  name: 'number_health_daily',
  text: qualityTexts.number_health_daily,
  select: ({ views }) => {
    const numbers = `${views}.numbers AS one WHERE one.account_id != '' AND one.display_number != ''`
    return `
      SELECT
        d.day AS day, d.number AS number, d.time_zone AS time_zone,
        any(n.display_number) AS display_number,
        sum(d.messages) AS messages, sum(d.recipients) AS recipients, sum(d.awaited) AS awaited,
        if(awaited = 0, NULL, sum(d.delivered) / awaited) AS delivered_share,
        if(awaited = 0, NULL, sum(d.read) / awaited) AS read_share,
        if(awaited = 0, NULL, sum(d.failed) / awaited) AS failed_share,
        arraySort(groupArrayArray(d.events)) AS quality_events
      FROM (
        SELECT day, number, time_zone, messages, recipients, awaited, delivered, read, failed,
          ${NO_EVENTS} AS events
        FROM ${views}.number_quality
        UNION ALL
        SELECT
          ${dayOf('m.at')} AS day, m.number AS number, ${TIME_ZONE} AS time_zone,
          0 AS messages, 0 AS recipients, 0 AS awaited, 0 AS delivered, 0 AS read, 0 AS failed,
          [(m.at, m.current, m.previous, m.messaging_limit)] AS events
        FROM (
          SELECT known.number AS number, ifNull(e.event_at, e.received_at) AS at,
            e.current AS current, e.previous AS previous, e.messaging_limit AS messaging_limit
          FROM ${views}.quality_events AS e
          INNER JOIN (SELECT one.* FROM ${numbers}) AS known ON known.account_id = e.account_id
            AND known.display_number = replaceRegexpAll(e.display_number, '[^0-9]', '')
        ) AS m ${timeZonesOf(views, 'm.number')}
      ) AS d
      LEFT ANY JOIN (
        SELECT one.number AS number,
          argMax(one.display_number, (one.last_day, one.display_number)) AS display_number
        FROM ${numbers} GROUP BY one.number
      ) AS n ON n.number = d.number
      GROUP BY day, number, time_zone`
  },
}

export const qualityViews: readonly ViewDefinition[] = [
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
