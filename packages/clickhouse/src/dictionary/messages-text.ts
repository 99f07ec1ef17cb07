import { shared } from './shared-columns.ts'
import {
  measured,
  message,
  name,
  ourTime,
  plain,
  theirSpan,
  theirTime,
  type ViewText,
  written,
} from './view-text.ts'

const firstTime = theirTime('first time of the status')
const firstTimeOfFact = theirTime('first time')

export const messagesText: ViewText = {
  shows: 'Messages, sent or received, with everything known of them.',
  row: 'message; in groups also one per participant',
  narrowedBy: ['started_at', 'anchor_day', 'message_id', 'contact_id', 'contact_user_id'],
  columns: {
    number: shared.number,
    anchor_day: shared.anchorDay,
    message_id: message("the provider's id; unique per number"),
    participant: shared.participant,
    direction: plain(
      '`outbound`, `inbound`, `notice` (of the system: nobody wrote), or `unknown`, as where a ' +
        'message was edited, revoked or deleted that nobody has seen',
    ),
    audience: shared.audience,
    status: plain(
      'furthest status: `sent`, `delivered`, `read`, `played`; `failed` only while nothing proves ' +
        'a delivery; `received` for what customers sent; `notice` for what nobody wrote; `unknown` ' +
        'where only side facts are known',
    ),
    rungs: plain('bit set of the statuses seen: 1 sent, 2 delivered, 4 read, 8 played'),
    failed: plain('a failure was reported'),
    conflict: plain('a failure and a delivery were both reported'),
    delivered_implied: plain('no delivery was reported, but a read proves it (the chat was open)'),
    started_at: shared.startedAt,
    message_at: theirTime('time of the message itself, where it was received or sent from a phone'),
    sent_at: theirTime('first time of the status; of what was sent from a phone, its own time'),
    delivered_at: theirTime(
      'first time of the status; that of the read where the delivery is implied',
    ),
    read_at: firstTime,
    played_at: firstTime,
    failed_at: theirTime('first time of the failure'),
    sent_to_delivered_ms: theirSpan(
      'from sent to delivered; null unless both were reported, the delivery before the read',
    ),
    sent_to_read_ms: theirSpan('from sent to read; null unless both were reported'),
    delivered_to_read_ms: theirSpan(
      'from delivered to read; null unless both were reported, in this order',
    ),
    sent_to_failed_ms: theirSpan('from sent to failed; null unless both were reported'),
    failure_code: plain('greatest error code of its failures'),
    failure_meaning: plain('what the code means; empty for codes not in the catalogue'),
    message_type: plain(
      'text, image, …; an open set. A placeholder gives way to the type that comes later',
    ),
    historical: plain('every fact about it came from a history synchronisation'),
    deleted: plain('the customer deleted it'),
    deleted_at: firstTimeOfFact,
    warned: plain('delivered in part'),
    edited: plain('it was edited'),
    edited_at: theirTime('last time'),
    revoked: plain('deleted by its sender'),
    revoked_at: firstTimeOfFact,
    replied: plain('the other side answered it by quoting it'),
    replied_at: firstTimeOfFact,
    business_replied: plain('the business answered it by quoting it'),
    business_replied_at: firstTimeOfFact,
    marked_read: plain('we marked it as read: the customer sees blue ticks, otherwise grey ones'),
    marked_read_at: ourTime('when the provider agreed first'),
    received_to_marked_ms: measured(
      'ms between two times of our clock',
      'from the receipt to that; null unless it was marked',
    ),
    in_reply_to: message('id of the message that it answers'),
    reacted_at: theirTime('last time of a reaction'),
    reaction: written('the latest reaction that was not taken back; null when there is none'),
    reactions: {
      ...written(
        'of each person the last reaction that was not taken back: (who, when, emoji), latest ' +
          'first; `business`, a user id, or a WhatsApp id',
      ),
      measure: firstTime.measure,
    },
    payment_status: plain(
      'furthest status of the payment: pending, failed, captured, partially_refunded, refunded',
    ),
    payment_at: theirTime('first time of that status'),
    conversation_id: message('conversation billed in'),
    conversation_origin: plain('origin of the conversation billed in'),
    pricing_model: plain(
      'PMP, CBP, NBP. The four are one price, whole: of the delivery, else of the read, else of ' +
        'another status',
    ),
    pricing_type: plain('regular, free_customer_service, free_entry_point'),
    pricing_category: plain('marketing, utility, authentication, service, …'),
    billable: plain('as the provider said; null when it did not'),
    category: shared.category,
    template_name: shared.templateName,
    template_category: shared.templateCategory,
    callback_data: written('what the sender attached (`biz_opaque_callback_data`)'),
    contact_id: shared.contact,
    contact_user_id: shared.contactUser,
    contact_parent_user_id: shared.contactParentUser,
    username: name('username of the customer'),
    country: shared.country,
    group_id: message('group'),
    account_id: shared.account,
    display_number: shared.display,
    echoed: plain('the business sent it from its phone'),
    awaits_delivery: plain(
      'outbound, and its delivery can be expected: it was delivered, failed, or has a price. What ' +
        'has none, such as a reaction or what was sent from a phone, may never get a delivery',
    ),
    first_received_at: ourTime('earliest of its webhooks'),
    last_received_at: ourTime('latest of its webhooks'),
    headless: plain('the first event applied was not its beginning, which may have come later'),
  },
}
