import { shared } from './shared-columns.ts'
import {
  bestTime,
  measured,
  message,
  person,
  plain,
  theirSpan,
  type ViewText,
} from './view-text.ts'

const customer = person('the least of all ids that were ever said to be this person; see `persons`')

const responseColumns = {
  number: shared.number,
  customer,
  responder: plain('who has to answer: `business` (the customer wrote) or `customer`'),
  day: measured(
    "provider's clock, or ours where it gave none; day, `time_zone`",
    'day of `asked_at`',
  ),
  time_zone: shared.timeZone,
  asked_at: bestTime('time of the first message of the turn'),
  asked_message_id: message('that message'),
  messages: plain('messages of the turn'),
  category: plain('`category` of the first message, where we sent it'),
  answered_at: bestTime(
    'time of the first message of the answer; null when there is none, or its time is not known',
  ),
  answer_message_id: message('that message; empty when there is none yet'),
  response_ms: theirSpan('from the one to the other; null where a time is not known'),
} satisfies ViewText['columns']

export const businessTexts = {
  billing: {
    shows: 'Outbound messages by day and price; what a message costs is not in the webhooks.',
    row: 'day, number, audience, calling code, country, model, category and type',
    narrowedBy: 'counted',
    columns: {
      day: shared.startedDay,
      number: shared.number,
      time_zone: shared.timeZone,
      audience: shared.audience,
      calling_code: plain(
        "of the customer's WhatsApp id, such as 49; empty when the id is not known. 1 and 7 are " +
          'several countries',
      ),
      country: plain('two letters, as in `messages`'),
      model: plain('PMP, CBP, NBP'),
      category: shared.category,
      type: plain('regular, free_customer_service, free_entry_point'),
      messages: plain('all'),
      charged: plain('delivered, and not free'),
      free: plain('free by type; without a type by `billable`'),
      undelivered: plain('would be charged if delivered'),
      unknown: plain('nothing was said about the price'),
      conversations: plain('distinct conversation ids'),
    },
  },
  response_time: {
    shows:
      'How long one side waited for the other. A turn is what one side says until the other does; ' +
      'the answer to it is the first message of the next turn.',
    row: 'number, customer and turn',
    columns: responseColumns,
  },
  response_time_since: {
    shows:
      '`response_time` of what was asked on a day or later, as if nothing had been said before the ' +
      'day before it: a question that was open then is not known here, to whatever followed it.',
    row: 'number, customer and turn',
    parameters: { since: { type: 'Date', meaning: 'first day of `asked_at`, in UTC' } },
    columns: responseColumns,
  },
  open_windows: {
    shows: 'Customers who spoke within 24 hours, so that anything may be written to them.',
    row: 'number and customer',
    narrowedBy: 'little',
    columns: {
      number: shared.number,
      customer,
      last_spoken_at: bestTime("the customer's last message or call"),
      window_closes_at: bestTime('24 hours after it'),
    },
  },
  conversation: {
    shows: 'What was said between a number and a customer, and whether the 24 hours are open.',
    row: 'number and customer',
    columns: {
      number: shared.number,
      customer,
      first_message_at: bestTime('of either side, as far as rows are kept'),
      last_message_at: bestTime('of either side'),
      received: plain('messages of the customer'),
      sent: plain(
        'our messages, failed ones included; none of which only a payment or a reaction is known',
      ),
      calls: plain('calls of the customer, taken or missed'),
      failed: plain('of our messages failed'),
      last_received_at: bestTime('last message of the customer; null when there is none'),
      last_sent_at: bestTime('our last message; null when there is none'),
      window_closes_at: bestTime("24 hours after the customer's last message or call"),
      window_open: measured('our clock, when asked', 'that is still to come'),
    },
  },
} satisfies Readonly<Record<string, ViewText>>
