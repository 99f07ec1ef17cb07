import { qualityTexts } from '../dictionary/quality-texts.ts'
import { dayOf, TIME_ZONE, timeZonesOf } from './number-time-zones.ts'
import { type ViewDefinition } from './view-definition.ts'

const NO_EVENTS = `CAST([],
            'Array(Tuple(at DateTime64(3, \\'UTC\\'), event String, previous String,
              messaging_limit String))')`

/**
 * What the provider reported about a number, over what became of its messages on the same day. The
 * provider names the number as it is displayed, in an account; messages name both beside the id.
 */
export const numberHealthDaily: ViewDefinition = {
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
