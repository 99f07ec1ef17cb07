import { type MessageEvent, type MessageTimeline, topicNames } from '@wabastream/contracts'
import { type StatefulServiceDefinition } from '@wabastream/stateful-service'
import { configSchema, type TimelineConfig } from './config.ts'
import { createTimelineNoteCounter } from './timeline-notes.ts'
import { createTimelineSerde } from './timeline-serde.ts'
import { createTimelineStep } from './timeline-step.ts'

/** Turns events into the timeline of each message and its transitions. */
export const timelineService: StatefulServiceDefinition<
  TimelineConfig,
  MessageEvent,
  MessageTimeline
> = {
  service: 'timeline-processor',
  component: 'timeline',
  schema: configSchema,
  stateVersion: 3,
  createSerde: createTimelineSerde,
  createProcessor({ codec, config, expiryMs }) {
    const { transitions } = topicNames(config.generation)
    return createTimelineStep({ codec, expiryMs, transitionsTopic: transitions })
  },
  createNoteCounter: createTimelineNoteCounter,
}
