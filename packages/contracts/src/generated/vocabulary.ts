// Generated from schemas/ by `npm run generate`. Do not edit.
import { type TopicNames } from '../topics.ts'
import {
  type AccountEventReceived,
  type DeadLetter,
  type ErrorReported,
  type MessageEchoed,
  type MessageEdited,
  type MessageMarkedRead,
  type MessageReacted,
  type MessageReceived,
  type MessageReplied,
  type MessageRevoked,
  type MessageStatusChanged,
  type MessageTimeline,
  type PaymentStatusChanged,
  type StatusTransition,
  type WebhooksDecoded,
} from './types.ts'

/** What each record on the wire is called and holds. One entry per registered schema. */
export interface WireRecords {
  readonly AccountEventReceived: AccountEventReceived
  readonly DeadLetter: DeadLetter
  readonly ErrorReported: ErrorReported
  readonly MessageEchoed: MessageEchoed
  readonly MessageEdited: MessageEdited
  readonly MessageMarkedRead: MessageMarkedRead
  readonly MessageReacted: MessageReacted
  readonly MessageReceived: MessageReceived
  readonly MessageReplied: MessageReplied
  readonly MessageRevoked: MessageRevoked
  readonly MessageStatusChanged: MessageStatusChanged
  readonly MessageTimeline: MessageTimeline
  readonly PaymentStatusChanged: PaymentStatusChanged
  readonly StatusTransition: StatusTransition
  readonly WebhooksDecoded: WebhooksDecoded
}

export type WireRecordName = keyof WireRecords

type Tagged<Name extends WireRecordName> = {
  readonly [N in Name]: { readonly type: N; readonly data: WireRecords[N] }
}[Name]

/** Facts about one message: what the timeline is folded from. */
export type MessageEvent = Tagged<'MessageEchoed' | 'MessageEdited' | 'MessageMarkedRead' | 'MessageReacted' | 'MessageReceived' | 'MessageReplied' | 'MessageRevoked' | 'MessageStatusChanged' | 'PaymentStatusChanged'>

/** Everything on the events topic. */
export type WhatsAppEvent = MessageEvent | Tagged<'AccountEventReceived' | 'ErrorReported'>

/** Any record with a registered schema, with its name. */
export type WireRecord = Tagged<WireRecordName>

/** Topic that each record goes to. */
export const recordTopics = {
  AccountEventReceived: 'events',
  DeadLetter: 'deadLetters',
  ErrorReported: 'events',
  MessageEchoed: 'events',
  MessageEdited: 'events',
  MessageMarkedRead: 'events',
  MessageReacted: 'events',
  MessageReceived: 'events',
  MessageReplied: 'events',
  MessageRevoked: 'events',
  MessageStatusChanged: 'events',
  MessageTimeline: 'timelines',
  PaymentStatusChanged: 'events',
  StatusTransition: 'transitions',
  WebhooksDecoded: 'decoded',
} as const satisfies Readonly<Record<WireRecordName, keyof TopicNames>>

/** What each event is about. */
export const eventSubjects = {
  AccountEventReceived: 'account',
  ErrorReported: 'number',
  MessageEchoed: 'message',
  MessageEdited: 'message',
  MessageMarkedRead: 'message',
  MessageReacted: 'message',
  MessageReceived: 'message',
  MessageReplied: 'message',
  MessageRevoked: 'message',
  MessageStatusChanged: 'message',
  PaymentStatusChanged: 'message',
} as const satisfies Readonly<Record<WhatsAppEvent['type'], string>>

/** The words of each closed set. */
export const closedSets = {
  DeadLetterReason: ['not_json', 'too_deep', 'too_many_items', 'wrong_shape', 'unknown_number', 'item_invalid', 'too_large', 'schema_rejected', 'sink_rejected', 'forward_refused', 'forward_failed', 'mark_refused'],
  DeadLetterStage: ['decoder', 'timeline-processor', 'clickhouse-sink', 'forwarder', 'read-receipts'],
  TimeProblem: ['missing', 'unparsable', 'too_early', 'too_late'],
  TransitionKind: ['advanced', 'filled_in', 'failed', 'conflicted'],
  Rung: ['sent', 'delivered', 'read', 'played'],
  Verdict: ['decoded', 'partial', 'empty', 'undecodable'],
} as const

/** Whether the record is on the events topic. */
export function isWhatsAppEvent(record: WireRecord): record is WhatsAppEvent {
  return recordTopics[record.type] === 'events'
}

/** Whether the record is a fact about one message. */
export function isMessageEvent(record: WireRecord): record is MessageEvent {
  return isWhatsAppEvent(record) && eventSubjects[record.type] === 'message'
}

/** A message of a number and, in groups, one participant; '' is the message itself. */
export interface TimelineTarget {
  readonly number: string
  readonly messageId: string
  readonly participant: string
}

/** The timeline that an event belongs to: what happens to a message is keyed by that message. */
export function targetOf(event: MessageEvent): TimelineTarget {
  const { number } = event.data.envelope
  switch (event.type) {
    case 'MessageEchoed':
    case 'MessageMarkedRead':
    case 'MessageReceived':
    case 'PaymentStatusChanged':
      return { number, messageId: event.data.messageId, participant: '' }
    case 'MessageEdited':
    case 'MessageReacted':
    case 'MessageReplied':
    case 'MessageRevoked':
      return { number, messageId: event.data.targetMessageId, participant: '' }
    case 'MessageStatusChanged':
      return { number, messageId: event.data.messageId, participant: event.data.participant }
  }
}
