import {
  type MessageEvent,
  type MessageTimeline,
  receivedAtHeader,
  type StatusTransition,
  targetOf,
} from '@wabastream/contracts'
import {
  confirmTimelineKey,
  decideTransitions,
  evolve,
  initialTimeline,
  isDuplicate,
  renewedTimeline,
} from '@wabastream/domain'
import { type Outcome, type StatefulProcessor } from '@wabastream/processing'
import { type AvroCodec } from '@wabastream/schema-registry'
import { type TimelineNote } from './timeline-notes.ts'

export type TimelineStep = StatefulProcessor<MessageEvent, MessageTimeline>

/** The step from events to timelines and transitions. */
export function createTimelineStep({
  codec,
  expiryMs,
  transitionsTopic,
}: {
  readonly codec: Pick<AvroCodec, 'encode'>
  readonly transitionsTopic: string
  /** How long a timeline lasts without any event. */
  readonly expiryMs: number
}): TimelineStep {
  return {
    keyOf: (event, likely) => confirmTimelineKey(likely, targetOf(event)),
    receivedAtOf: (event) => event.data.envelope.receivedAt,
    sourceOf: (event) => event.data.envelope.rawPartition,
    lastReceivedAtOf: (timeline) => timeline.lastReceivedAt,
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
            headers: receivedAtHeader(transition.receivedAt),
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
