import { closedSets, type StatusTransition } from '@wabastream/contracts'
import { type CountNote } from '@wabastream/stateful-service'
import { Counter, type Registry } from 'prom-client'

/** What the step notes about an event, besides its outputs. */
export type TimelineNote = 'duplicate' | 'headless' | StatusTransition['kind']

type NoteMetrics = ReturnType<typeof createNoteMetrics>

/** Registers the metrics of the step's notes. The only labels are kinds of transitions. */
export function createTimelineNoteCounter(registry: Registry): CountNote {
  const metrics = createNoteMetrics(registry)
  return (note, count) => {
    if (isTimelineNote(note)) countNote(note, count, metrics)
  }
}

function createNoteMetrics(registry: Registry) {
  const registers = [registry]
  const count = (name: string, help: string) =>
    new Counter({ name: `wa_timeline_${name}_total`, registers, help })
  const transitions = new Counter({
    name: 'wa_timeline_transitions_total',
    registers,
    labelNames: ['kind'] as const,
    help: 'status changes: filled_in came late, conflicted both failed and was delivered',
  })
  for (const kind of closedSets.TransitionKind) transitions.inc({ kind }, 0)
  return {
    transitions,
    duplicates: count('duplicates', 'events that said nothing new'),
    late: count('late', 'statuses that came after a higher one'),
    conflicts: count('conflicts', 'messages that both failed and were delivered'),
    headless: count('headless', 'timelines that began with an event that is no beginning'),
  }
}

function countNote(note: TimelineNote, count: number, metrics: NoteMetrics): void {
  switch (note) {
    case 'duplicate':
      metrics.duplicates.inc(count)
      return
    case 'headless':
      metrics.headless.inc(count)
      return
    case 'filled_in':
      metrics.late.inc(count)
      break
    case 'conflicted':
      metrics.conflicts.inc(count)
      break
    case 'advanced':
    case 'failed':
      break
  }
  metrics.transitions.inc({ kind: note }, count)
}

function isTimelineNote(note: string): note is TimelineNote {
  return NOTES.has(note)
}

const NOTES: ReadonlySet<string> = new Set<TimelineNote>([
  'duplicate',
  'headless',
  ...closedSets.TransitionKind,
])
