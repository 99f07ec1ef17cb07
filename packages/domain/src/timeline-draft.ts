import { type MessageTimeline } from '@wabastream/contracts'

/**
 * A timeline that one event is being folded into: a copy, so that its fields can be written. All
 * facts of an event go into one copy, because a copy of every field costs more than most facts.
 */
export type TimelineDraft = {
  -readonly [Field in keyof MessageTimeline]: MessageTimeline[Field]
}
