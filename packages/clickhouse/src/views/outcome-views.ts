import { messageTexts } from '../dictionary/message-texts.ts'
import { qualityTexts } from '../dictionary/quality-texts.ts'
import { dayOf, TIME_ZONE, timeZonesOf } from './number-time-zones.ts'
import { type ViewDefinition } from './view-definition.ts'

// Views over `messages AS m` count what is to persons by rows, whose time reaches the table, and
// a message to a group first as one.
const IS_TO_GROUP = "direction = 'outbound' AND m.audience != 'person'"
const IS_PARTICIPANT = "m.audience = 'participant'"

// One whose phone number is no longer given has a row by the user id, which the other one names.
const PERSON = "if(m.contact_user_id = '', m.participant, m.contact_user_id)"

type CountIf = (is: string) => string

interface Counting {
  /** Messages that are so. */
  readonly messages: CountIf
  /** Recipients who are so. */
  readonly recipients: CountIf
}

const byRow: Counting = {
  messages: (is) => `countIf(${is})`,
  recipients: (is) => `countIf(${is})`,
}

/** Of any row: the group's own may be lost, or its participants', for whom it then stands. */
const byGroup: Counting = {
  messages: (is) => `toUInt64(max(${is}))`,
  recipients: (is) => `if(max(${IS_PARTICIPANT}),
            uniqExactIf(${PERSON}, ${IS_PARTICIPANT} AND ${is}), countIf(${is}))`,
}

const funnelOf = ({ messages, recipients }: Counting): string => `
          ${messages('true')} AS messages, ${messages('rungs >= 1')} AS sent,
          ${messages('m.replied')} AS replied,
          ${recipients('true')} AS recipients, ${recipients('awaits_delivery')} AS awaited,
          ${recipients('rungs >= 2')} AS delivered, ${recipients('rungs >= 4')} AS read,
          ${recipients('rungs >= 8')} AS played, ${recipients("status = 'failed'")} AS failed,
          ${recipients('conflict')} AS conflicts`

const qualityOf = ({ messages, recipients }: Counting): string => {
  const outbound: CountIf = (is) => recipients(`direction = 'outbound' AND ${is}`)
  return `
          countIf(direction = 'inbound') AS received,
          ${messages("direction = 'outbound'")} AS messages,
          ${outbound('true')} AS recipients, ${outbound('rungs >= 2')} AS delivered,
          ${outbound('rungs >= 4')} AS read, ${outbound("status = 'failed'")} AS failed,
          ${outbound('true')} - ${outbound('awaits_delivery')} AS deliverable_unknown`
}

const FAILURE_CODES = 'map(ifNull(m.failure_code, 0), toUInt64(1))'
const FAILED = "direction = 'outbound' AND status = 'failed'"

export const outcomeViews: readonly ViewDefinition[] = [
  {
    // A group is one message: its hour and its category are those of all its rows, of
    // which those with a price know best.
    name: 'funnel_hourly',
    text: messageTexts.funnel_hourly,
    select: ({ views }) => `
      SELECT
        hour, number, audience, category, sum(o.messages) AS messages, sum(o.sent) AS sent,
        sum(o.recipients) AS recipients, sum(o.awaited) AS awaited,
        sum(o.delivered) AS delivered, sum(o.read) AS read, sum(o.played) AS played,
        sum(o.failed) AS failed, sum(o.conflicts) AS conflicts, sum(o.replied) AS replied
      FROM (
        SELECT
          number, 'person' AS audience, toStartOfHour(m.started_at) AS hour,
          m.category AS category, ${funnelOf(byRow)}
        FROM ${views}.messages AS m
        WHERE direction = 'outbound' AND NOT historical AND m.audience = 'person'
        GROUP BY number, hour, category
        UNION ALL
        SELECT
          number, 'group' AS audience, toStartOfHour(min(m.started_at)) AS hour,
          coalesce(nullIf(maxIf(m.category, m.pricing_category != ''), ''),
            nullIf(maxIf(m.category, m.category != 'not reported'), ''), 'not reported')
            AS category, ${funnelOf(byGroup)}
        FROM ${views}.messages AS m
        WHERE ${IS_TO_GROUP} AND NOT historical
        GROUP BY number, m.message_id
      ) AS o
      GROUP BY hour, number, audience, category`,
  },
  {
    // Messages are counted as such, and what became of them by recipient: a group has several.
    name: 'number_quality',
    text: qualityTexts.number_quality,
    select: ({ views }) => `
      SELECT
        day, number, any(o.time_zone) AS time_zone, sum(o.received) AS received,
        sum(o.messages) AS messages, sum(o.recipients) AS recipients,
        sum(o.delivered) AS delivered, sum(o.read) AS read, sum(o.failed) AS failed,
        sum(o.deliverable_unknown) AS deliverable_unknown,
        recipients - deliverable_unknown AS awaited,
        if(awaited = 0, NULL, delivered / awaited) AS delivered_share,
        if(awaited = 0, NULL, read / awaited) AS read_share,
        if(awaited = 0, NULL, failed / awaited) AS failed_share,
        sumMap(o.failure_codes) AS failure_codes
      FROM (
        SELECT
          m.number AS number, ${dayOf('m.started_at')} AS day, any(${TIME_ZONE}) AS time_zone,
          ${qualityOf(byRow)},
          sumMapIf(${FAILURE_CODES}, ${FAILED}) AS failure_codes
        FROM ${views}.messages AS m ${timeZonesOf(views, 'm.number')}
        WHERE direction IN ('inbound', 'outbound') AND NOT (${IS_TO_GROUP}) AND NOT historical
        GROUP BY number, day
        UNION ALL
        SELECT
          m.number AS number, min(${dayOf('m.started_at')}) AS day, any(${TIME_ZONE}) AS time_zone,
          ${qualityOf(byGroup)},
          if(max(${IS_PARTICIPANT}), sumMapIf(${FAILURE_CODES}, ${FAILED} AND ${IS_PARTICIPANT}),
            sumMapIf(${FAILURE_CODES}, ${FAILED})) AS failure_codes
        FROM ${views}.messages AS m ${timeZonesOf(views, 'm.number')}
        WHERE ${IS_TO_GROUP} AND NOT historical
        GROUP BY number, m.message_id
      ) AS o
      GROUP BY day, number`,
  },
]
