import {
  type AccountEventReceived,
  type DeadLetter,
  type ErrorReported,
  type MessageEchoed,
  type MessageEdited,
  type MessageReacted,
  type MessageReceived,
  type MessageReplied,
  type MessageRevoked,
  type MessageStatusChanged,
  type MessageTimeline,
  type PaymentStatusChanged,
  type StatusTransition,
  type WebhooksDecoded,
} from './generated/types.ts'

/** What each record on the wire is called and holds. One entry per registered schema. */
export interface WireRecords {
  readonly MessageReceived: MessageReceived
  readonly MessageEchoed: MessageEchoed
  readonly MessageStatusChanged: MessageStatusChanged
  readonly PaymentStatusChanged: PaymentStatusChanged
  readonly MessageReacted: MessageReacted
  readonly MessageEdited: MessageEdited
  readonly MessageRevoked: MessageRevoked
  readonly MessageReplied: MessageReplied
  readonly ErrorReported: ErrorReported
  readonly AccountEventReceived: AccountEventReceived
  readonly WebhooksDecoded: WebhooksDecoded
  readonly DeadLetter: DeadLetter
  readonly MessageTimeline: MessageTimeline
  readonly StatusTransition: StatusTransition
}

export type WireRecordName = keyof WireRecords

type Tagged<Name extends WireRecordName> = {
  readonly [N in Name]: { readonly type: N; readonly data: WireRecords[N] }
}[Name]

/** Facts about one message: what the timeline is folded from. */
export type MessageEvent = Tagged<
  | 'MessageReceived'
  | 'MessageEchoed'
  | 'MessageStatusChanged'
  | 'PaymentStatusChanged'
  | 'MessageReacted'
  | 'MessageEdited'
  | 'MessageRevoked'
  | 'MessageReplied'
>

/** Everything on the events topic. */
export type WhatsAppEvent = MessageEvent | Tagged<'ErrorReported' | 'AccountEventReceived'>

/** Any record with a registered schema, with its name. */
export type WireRecord = Tagged<WireRecordName>

export type Verdict = WebhooksDecoded['verdicts'][number]['verdict']
export type DeadLetterReason = DeadLetter['reason']
export type TimeProblem = NonNullable<MessageReceived['envelope']['timeProblem']>
export type TransitionKind = StatusTransition['kind']
export type Rung = NonNullable<StatusTransition['previousRung']>
