import {
  type MessageEvent,
  type MessageTimeline,
  RECEIVED_AT_HEADER,
  type StatusTransition,
  type WireRecord,
} from '@wabastream/contracts'
import {
  decideTransitions,
  evolve,
  initialTimeline,
  isDuplicate,
  renewedTimeline,
  targetOf,
  timelineKey,
} from '@wabastream/domain'
import { type Outcome, type StatefulProcessor } from '@wabastream/processing'
import { type AvroCodec, CodecError } from '@wabastream/schema-registry'

export type TimelineNote = 'duplicate' | 'headless' | StatusTransition['kind']

export type TimelineStep = StatefulProcessor<MessageEvent, MessageTimeline>

/** The step from events to timelines and transitions, over the wire format. */
export function createTimelineStep({
  codec,
  expiryMs,
  transitionsTopic,
}: {
  readonly codec: Pick<AvroCodec, 'decode' | 'encode' | 'isPrepared' | 'prepare'>
  readonly transitionsTopic: string
  /** How long a timeline lasts without any event. */
  readonly expiryMs: number
}): TimelineStep {
  return {
    isPrepared: (value) => isPrepared(codec, value),
    prepare: (value) => prepare(codec, value),
    decode: ({ value }) => (value === null ? undefined : toMessageEvent(codec.decode(value))),
    keyOf: (event) => timelineKey(targetOf(event)),
    receivedAtOf: (event) => event.data.envelope.receivedAt,
    sourceOf: (event) => event.data.envelope.rawPartition,
    lastReceivedAtOf: (timeline) => timeline.lastReceivedAt,
    encodeState: (timeline) => codec.encode('MessageTimeline', timeline),
    decodeState: (value) => toTimeline(codec.decode(value)),
    process: (event, previous, key, expired) => {
      const timeline = evolve(previous ?? begin(event, expired), event)
      const transitions = decideTransitions({
        before: previous,
        after: timeline,
        event,
        expiryMs,
      })
      return {
        state: timeline,
        forwards: transitions.map((transition) => ({
          topic: transitionsTopic,
          record: {
            key,
            value: codec.encode('StatusTransition', transition),
            headers: { [RECEIVED_AT_HEADER]: String(transition.receivedAt) },
          },
        })),
        notes: noteWhat(event, { previous, timeline, transitions }),
      } satisfies Outcome<MessageTimeline>
    },
  }
}

function begin(event: MessageEvent, former: MessageTimeline | undefined): MessageTimeline {
  return former === undefined ? initialTimeline(event) : renewedTimeline(event, former)
}

const NOTHING_TO_NOTE: readonly TimelineNote[] = []
const DUPLICATE: readonly TimelineNote[] = ['duplicate']

function noteWhat(
  event: MessageEvent,
  {
    previous,
    timeline,
    transitions,
  }: {
    readonly previous: MessageTimeline | undefined
    readonly timeline: MessageTimeline
    readonly transitions: readonly StatusTransition[]
  },
): readonly TimelineNote[] {
  const kinds = transitions.map(({ kind }) => kind)
  if (previous === undefined) return timeline.headless ? [...kinds, 'headless'] : kinds
  if (kinds.length > 0) return kinds
  return isDuplicate(previous, event) ? DUPLICATE : NOTHING_TO_NOTE
}

/** Bytes that name no schema need no look-up: `decode` says what is wrong with them. */
function isPrepared(codec: Pick<AvroCodec, 'isPrepared'>, value: Uint8Array): boolean {
  try {
    return codec.isPrepared(value)
  } catch (error) {
    if (error instanceof CodecError) return true
    throw error
  }
}

/** A schema that is none of ours stays unprepared; only a registry that is away is worth a wait. */
async function prepare(codec: Pick<AvroCodec, 'prepare'>, value: Uint8Array): Promise<void> {
  try {
    await codec.prepare(value)
  } catch (error) {
    if (!(error instanceof CodecError)) throw error
  }
}

function toMessageEvent(record: WireRecord): MessageEvent | undefined {
  switch (record.type) {
    case 'MessageReceived':
    case 'MessageEchoed':
    case 'MessageStatusChanged':
    case 'PaymentStatusChanged':
    case 'MessageReacted':
    case 'MessageEdited':
    case 'MessageRevoked':
    case 'MessageReplied':
      return record
    case 'ErrorReported':
    case 'AccountEventReceived':
    case 'WebhooksDecoded':
    case 'DeadLetter':
    case 'MessageTimeline':
    case 'StatusTransition':
      return undefined
  }
}

function toTimeline(record: WireRecord): MessageTimeline {
  if (record.type === 'MessageTimeline') return record.data
  throw new Error(`the state holds a ${record.type}`)
}
