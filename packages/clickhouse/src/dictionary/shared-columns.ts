import { bestTime, measured, message, ourTime, person, plain, theirTime } from './view-text.ts'

/** Columns that several views have in the same meaning. */
export const shared = {
  number: plain('phone number id of the business'),
  account: plain('WhatsApp Business Account; empty where no webhook named it'),
  display: plain("the business's own phone number as digits"),
  audience: plain('`person`, `group`, or `participant`'),
  category: plain(
    'pricing category, else the origin of the conversation that names one, else the category of ' +
      'the template, as given with the message or last reported; `not reported` where nobody ' +
      'reported it of an outbound message',
  ),
  recipients: plain(
    'persons and group participants that our messages went to; a group none of whose participants ' +
      'was reported is one, and so are rows of participants with the same user id',
  ),
  failedRecipients: plain('recipients for whom it failed, and nothing proves a delivery'),
  message: message('the message'),
  participant: person('group participant; empty for the message itself'),
  contact: person('WhatsApp id of the customer'),
  contactUser: person('business-scoped user id of the customer'),
  contactParentUser: person('parent business-scoped user id of the customer'),
  templateName: plain('template that it was made of; empty where no webhook names it'),
  templateCategory: plain('category of that template, as given with the message'),
  country: plain(
    "two letters: what the user id begins with, else the country of the phone number's calling " +
      'code (of a shared one the greatest, such as GB for 44)',
  ),
  anchorDay: measured('our clock, day, UTC', 'day on which we first heard of the message'),
  startedAt: bestTime('when it was sent or received; the earliest time known; never null'),
  startedDay: measured(
    "provider's clock, or ours where it gave none; day, `time_zone`",
    'day of `started_at`',
  ),
  timeZone: plain('time zone of the number, whose days these are'),
  startedHour: measured(
    "provider's clock, or ours where it gave none; hour, UTC",
    'hour of `started_at`',
  ),
  eventAt: theirTime('when it happened; null where no time that can be believed was given'),
  receivedAt: ourTime('when the webhook came in'),
  channel: plain('channel that it came in by'),
  receipt: plain('id of the accepted webhook'),
  eventType: plain('`MessageReceived`, `MessageStatusChanged`, …'),
  event: message('the same for repetitions of the same fact'),
  field: plain('webhook field; an open set'),
  errorMeaning: plain('what it means; empty for codes not in the catalogue'),
  whoCanAct: plain('who can remove the cause: `business`, `customer`, `provider`, `nobody`'),
  retryable: plain('the same may work later'),
} as const

/** Where the webhook of a row lies. */
export const position = {
  raw_partition: plain('partition of the raw log in which the webhook lies'),
  raw_offset: plain('offset of the webhook in the raw log'),
  item_index: plain('which item of the webhook'),
} as const

/** What every view of contents says of the message. */
export const aboutContent = {
  received_at: shared.receivedAt,
  event_at: shared.eventAt,
  number: shared.number,
  message_id: shared.message,
  event_type: shared.eventType,
  contact_id: shared.contact,
  contact_user_id: shared.contactUser,
  from_business: plain('the business sent it'),
} as const
