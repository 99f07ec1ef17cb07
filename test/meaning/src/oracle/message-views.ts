import { count, dayOf, firstOf, groupBy, hourOf, type Row } from './expected.ts'
import { type Message } from './messages.ts'
import { callingCodeOf, timeZoneOf } from './places.ts'

const isCounted = ({ direction, historical }: Message): boolean =>
  direction === 'outbound' && !historical
const isDelivered = ({ rungs }: Message): boolean => rungs >= 2
const isRead = ({ rungs }: Message): boolean => rungs >= 4
const isFailed = ({ status }: Message): boolean => status === 'failed'

/** A message, and to whom it went: in a group its participants, or the group if none is known. */
interface Sending {
  readonly number: string
  readonly audience: 'person' | 'group'
  readonly category: string
  readonly startedAt: number
  readonly rows: readonly Message[]
  readonly recipients: readonly Message[]
}

function toSendings(messages: readonly Message[]): readonly Sending[] {
  const toOne = ({ audience, message_id, number }: Message) =>
    [number, message_id, audience === 'person'] as const
  return groupBy(messages.filter(isCounted), toOne).map((rows) => {
    const { audience, number } = firstOf(rows)
    const participants = rows.filter((row) => row.audience === 'participant')
    const priced = rows.filter((row) => row.pricing_category !== '')
    const reported = (priced.length === 0 ? rows : priced)
      .map(({ category }) => category)
      .filter((one) => one !== 'not reported')
    return {
      number,
      audience: audience === 'person' ? 'person' : 'group',
      category: reported.toSorted().at(-1) ?? 'not reported',
      startedAt: Math.min(...rows.map(({ started_at }) => started_at)),
      rows,
      recipients: participants.length === 0 ? rows : toPersons(participants),
    }
  })
}

/** A participant may have two rows, once the phone number is no longer given: of one user. */
function toPersons(participants: readonly Message[]): readonly Message[] {
  return groupBy(participants, (one) => one.contact_user_id || one.participant).map((rows) => ({
    ...firstOf(rows),
    rungs: rows.reduce((all, { rungs }) => all | rungs, 0),
    status: rows.find(isFailed)?.status ?? firstOf(rows).status,
    failure_code: rows.find(isFailed)?.failure_code ?? firstOf(rows).failure_code,
    awaits_delivery: rows.some(({ awaits_delivery }) => awaits_delivery),
    conflict: rows.some(({ conflict }) => conflict),
  }))
}

export function expectFunnel(messages: readonly Message[]): readonly Row[] {
  const keyOf = ({ audience, category, number, startedAt }: Sending) => ({
    hour: hourOf(startedAt),
    number,
    audience,
    category,
  })
  return groupBy(toSendings(messages), keyOf).map((group) => {
    const recipients = group.flatMap((one) => one.recipients)
    return {
      ...keyOf(firstOf(group)),
      messages: group.length,
      sent: count(group, ({ rows }) => rows.some(({ rungs }) => rungs >= 1)),
      recipients: recipients.length,
      awaited: count(recipients, ({ awaits_delivery }) => awaits_delivery),
      delivered: count(recipients, isDelivered),
      read: count(recipients, isRead),
      played: count(recipients, ({ rungs }) => rungs >= 8),
      failed: count(recipients, isFailed),
      conflicts: count(recipients, ({ conflict }) => conflict),
      replied: count(group, ({ rows }) => rows.some(({ replied }) => replied)),
    }
  })
}

export function expectLatency(messages: readonly Message[]): readonly Row[] {
  const keyOf = ({ category, number, started_at }: Message) => ({
    hour: hourOf(started_at),
    number,
    category,
  })
  const recipients = messages.filter(isCounted).filter(({ audience }) => audience !== 'group')
  return groupBy(recipients, keyOf).flatMap((group) => {
    const delivered = group.flatMap((one) => one.sent_to_delivered_ms ?? [])
    const read = group.flatMap((one) => one.sent_to_read_ms ?? [])
    if (delivered.length === 0 && read.length === 0) return []
    return [
      {
        ...keyOf(firstOf(group)),
        delivered: delivered.length,
        read: read.length,
        ...quantiles('delivered', delivered),
        ...quantiles('read', read),
      },
    ]
  })
}

/** Exact; between two numbers on the line from one to the other. */
function quantiles(name: string, given: readonly number[]): Row {
  const sorted = given.toSorted((a, b) => a - b)
  const at = (level: number): number | null => {
    const rank = level * (sorted.length - 1)
    const [low, high] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]]
    return low === undefined || high === undefined ? null : low + (high - low) * (rank % 1)
  }
  const three = [at(0.5), at(0.9), at(0.99)]
  return {
    [`${name}_quantiles_ms`]: three,
    [`${name}_p50_ms`]: three[0],
    [`${name}_p90_ms`]: three[1],
    [`${name}_p99_ms`]: three[2],
  }
}

export interface CodeFacts {
  readonly code: number
  readonly meaning: string
  readonly who_can_act: string
  readonly retryable: boolean
}

export function expectFailures(
  messages: readonly Message[],
  codes: readonly CodeFacts[],
): readonly Row[] {
  return messages
    .filter(({ failed }) => failed)
    .map((one) => {
      const known = codes.find(({ code }) => code === one.failure_code)
      return {
        number: one.number,
        anchor_day: one.anchor_day,
        message_id: one.message_id,
        participant: one.participant,
        failed_at: one.failed_at,
        code: one.failure_code,
        meaning: known?.meaning ?? '',
        who_can_act: known?.who_can_act ?? '',
        retryable: known?.retryable ?? false,
        status: one.status,
        conflict: one.conflict,
        started_at: one.started_at,
        category: one.category,
        contact_id: one.contact_id,
        callback_data: one.callback_data,
      }
    })
}

export function expectQuality(messages: readonly Message[]): readonly Row[] {
  const sendings = toSendings(messages)
  const received = messages.filter(
    ({ direction, historical }) => direction === 'inbound' && !historical,
  )
  const keyOf = ({
    number,
    startedAt,
  }: {
    readonly number: string
    readonly startedAt: number
  }) => ({
    day: dayOf(startedAt, timeZoneOf(number)),
    number,
    time_zone: timeZoneOf(number),
  })
  const keys = [
    ...sendings.map(keyOf),
    ...received.map(({ number, started_at: startedAt }) => keyOf({ number, startedAt })),
  ]
  return groupBy(keys, (key) => key).map((same) => {
    const key = firstOf(same)
    const isThen = (number: string, startedAt: number): boolean =>
      number === key.number && keyOf({ number, startedAt }).day === key.day
    const sent = sendings.filter(({ number, startedAt }) => isThen(number, startedAt))
    const recipients = sent.flatMap((one) => one.recipients)
    const awaited = count(recipients, ({ awaits_delivery }) => awaits_delivery)
    const failures = recipients.filter(isFailed)
    const [delivered, read] = [count(recipients, isDelivered), count(recipients, isRead)]
    const shareOf = (part: number): number | null => (awaited === 0 ? null : part / awaited)
    return {
      ...key,
      received: count(received, ({ number, started_at }) => isThen(number, started_at)),
      messages: sent.length,
      recipients: recipients.length,
      delivered,
      read,
      failed: failures.length,
      deliverable_unknown: recipients.length - awaited,
      awaited,
      delivered_share: shareOf(delivered),
      read_share: shareOf(read),
      failed_share: shareOf(failures.length),
      failure_codes: Object.fromEntries(
        groupBy(failures, ({ failure_code }) => failure_code).map((one) => [
          String(firstOf(one).failure_code ?? 0),
          one.length,
        ]),
      ),
    }
  })
}

/** What is charged: the deliveries of what is not free; `billable` counts where no type is said. */
export function expectBilling(messages: readonly Message[]): readonly Row[] {
  const chargeOf = ({ billable, pricing_type, rungs }: Message): string => {
    if (pricing_type.startsWith('free')) return 'free'
    if (pricing_type === '' && billable === false) return 'free'
    if (pricing_type === '' && billable === null) return 'unknown'
    return rungs >= 2 ? 'charged' : 'undelivered'
  }
  const keyOf = (one: Message) => ({
    day: dayOf(one.started_at, timeZoneOf(one.number)),
    number: one.number,
    time_zone: timeZoneOf(one.number),
    audience: one.audience,
    calling_code: callingCodeOf(one.contact_id),
    country: one.country,
    model: one.pricing_model,
    category: one.category,
    type: one.pricing_type,
  })
  const isOneCharge = ({ audience, billable, pricing_type }: Message): boolean =>
    audience !== 'group' || pricing_type !== '' || billable !== null
  return groupBy(messages.filter(isCounted).filter(isOneCharge), keyOf).map((group) => {
    const charges = (charge: string): number => count(group, (one) => chargeOf(one) === charge)
    return {
      ...keyOf(firstOf(group)),
      messages: group.length,
      charged: charges('charged'),
      free: charges('free'),
      undelivered: charges('undelivered'),
      unknown: charges('unknown'),
      conversations: new Set(group.flatMap(({ conversation_id: id }) => (id === '' ? [] : id)))
        .size,
    }
  })
}
