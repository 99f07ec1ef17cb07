// Views over `messages AS m` count what is to persons by rows, whose time reaches the table, and
// a message to a group first as one.
export const IS_TO_GROUP = "direction = 'outbound' AND m.audience != 'person'"
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

export const byRow: Counting = {
  messages: (is) => `countIf(${is})`,
  recipients: (is) => `countIf(${is})`,
}

/** Of any row: the group's own may be lost, or its participants', for whom it then stands. */
export const byGroup: Counting = {
  messages: (is) => `toUInt64(max(${is}))`,
  recipients: (is) => `if(max(${IS_PARTICIPANT}),
            uniqExactIf(${PERSON}, ${IS_PARTICIPANT} AND ${is}), countIf(${is}))`,
}

export const funnelOf = ({ messages, recipients }: Counting): string => `
          ${messages('true')} AS messages, ${messages('rungs >= 1')} AS sent,
          ${messages('m.replied')} AS replied,
          ${recipients('true')} AS recipients, ${recipients('awaits_delivery')} AS awaited,
          ${recipients('rungs >= 2')} AS delivered, ${recipients('rungs >= 4')} AS read,
          ${recipients('rungs >= 8')} AS played, ${recipients("status = 'failed'")} AS failed,
          ${recipients('conflict')} AS conflicts`

export const qualityOf = ({ messages, recipients }: Counting): string => {
  const outbound: CountIf = (is) => recipients(`direction = 'outbound' AND ${is}`)
  return `
          countIf(direction = 'inbound') AS received,
          ${messages("direction = 'outbound'")} AS messages,
          ${outbound('true')} AS recipients, ${outbound('rungs >= 2')} AS delivered,
          ${outbound('rungs >= 4')} AS read, ${outbound("status = 'failed'")} AS failed,
          toUInt64(${outbound('true')} - ${outbound('awaits_delivery')}) AS deliverable_unknown`
}

const FAILURE_CODES = 'map(ifNull(m.failure_code, 0), toUInt64(1))'
const FAILED = "direction = 'outbound' AND status = 'failed'"

export const failureCodes = `sumMapIf(${FAILURE_CODES}, ${FAILED}) AS failure_codes`

export const failureCodesOfGroup = `if(max(${IS_PARTICIPANT}),
            sumMapIf(${FAILURE_CODES}, ${FAILED} AND ${IS_PARTICIPANT}),
            sumMapIf(${FAILURE_CODES}, ${FAILED})) AS failure_codes`
