import { position, shared } from './shared-columns.ts'
import {
  bestTime,
  measured,
  message,
  person,
  plain,
  theirTime,
  type ViewText,
} from './view-text.ts'

export const personTexts = {
  contact_aliases: {
    shows: 'Facts by which two ids are one person, each once, from where it was first reported.',
    row: 'account, number, kind, pair of ids and source',
    columns: {
      account_id: shared.account,
      number: shared.number,
      kind: plain(
        '`named_together`, `number_changed` or `user_id_changed` (left became right), ' +
          '`written_differently`',
      ),
      left_id: person('WhatsApp id or business-scoped user id'),
      right_id: person('the other one'),
      source: plain(
        'event type, field of an account event, or `MessageTimeline`: facts about one message name ' +
          'its customer by one of the ids each',
      ),
      event_at: shared.eventAt,
      received_at: shared.receivedAt,
      ...position,
      last_day: measured('our clock, day, UTC', 'day on which it was last reported'),
    },
  },
  persons: {
    shows:
      'Which ids are one person: those that aliases connect, within an account and never across ' +
      'accounts. Who was never named by two ids is not in it. At most 64 aliases in a row are ' +
      'followed.',
    row: 'scope and id',
    narrowedBy: ['id', 'person'],
    columns: {
      scope: plain('the account, or the number where the account is not known'),
      id: person('WhatsApp id or business-scoped user id'),
      person: person('the least of the ids of this person'),
    },
  },
  calls: {
    shows: 'Calls: how each connected, how it ended, and what the other side did.',
    row: 'number and call',
    columns: {
      number: shared.number,
      account_id: shared.account,
      call_id: message("the provider's id of the call"),
      received_at: shared.receivedAt,
      direction: plain(
        '`user_initiated` or `business_initiated`, as given or by which of the two numbers called; ' +
          'empty where neither is known',
      ),
      contact_id: shared.contact,
      contact_user_id: shared.contactUser,
      called_at: theirTime('when it was asked to connect'),
      started_at: theirTime('when it was taken; null when it was not'),
      ended_at: theirTime('when it ended'),
      duration_seconds: measured("s, provider's clock", 'how long it lasted'),
      outcome: plain('`taken`, `missed`, `rejected`, `ringing`, or `open`'),
      provider_status: plain('what the provider says of its end, such as COMPLETED'),
    },
  },
  opt_outs: {
    shows: 'Who wanted no more messages of a kind, and whether that is still so.',
    row: 'number, person and category',
    columns: {
      number: shared.number,
      person: person('the least of the ids of this person; see `persons`'),
      contact_id: shared.contact,
      contact_user_id: shared.contactUser,
      category: plain('kind of messages, such as `marketing_messages`'),
      in_force: plain('the person has not agreed to them again since'),
      since: bestTime('when the person stopped them'),
      ended_at: bestTime('when the person agreed again; null while in force'),
      sources: plain(
        '`user_preferences`, `error 131050` (the provider refused a message, whatever other reasons ' +
          'it gave), or both',
      ),
    },
  },
} satisfies Readonly<Record<string, ViewText>>
