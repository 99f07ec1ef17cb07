import { dayOf, TIME_ZONE, timeZonesOf } from '../views/number-time-zones.ts'
import { type ViewDefinition } from '../views/view-definition.ts'
import { readReceiptDelayText } from './read-receipt-text.ts'

const delay = (level: number): string =>
  `quantileExactInclusiveIf(${level})(m.received_to_marked_ms,
          isNotNull(m.received_to_marked_ms))`

/** Of the messages of customers, by the day on which they were written. */
export const readReceiptDelay: ViewDefinition = {
  name: 'read_receipt_delay',
  text: readReceiptDelayText,
  select: ({ views }) => `
      SELECT
        ${dayOf('m.started_at')} AS day, m.number AS number, ${TIME_ZONE} AS time_zone,
        count() AS received, countIf(m.marked_read) AS marked, received - marked AS not_marked,
        marked / received AS marked_share,
        ${delay(0.5)} AS delay_p50_ms,
        ${delay(0.95)} AS delay_p95_ms
      FROM (
        SELECT number, started_at, marked_read, received_to_marked_ms
        FROM ${views}.messages WHERE direction = 'inbound' AND NOT historical
      ) AS m ${timeZonesOf(views, 'm.number')}
      GROUP BY day, number, time_zone`,
}
