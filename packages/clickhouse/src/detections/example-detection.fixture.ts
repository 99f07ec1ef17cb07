import { type LoggedDetection } from './detection-log.ts'

/** One that goes on. */
export const exampleDetection: LoggedDetection = {
  kind: 'number_silent',
  number: '1',
  subject: '',
  sinceMs: Date.now(),
  endedMs: null,
  reason: 'no events for an hour',
  figures: { events: 0 },
}
