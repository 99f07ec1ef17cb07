import { describe, expect, it } from '@jest/globals'
import { Registry } from 'prom-client'
import { createTimelineNoteCounter } from './timeline-notes.ts'

describe('the notes of the timeline step', () => {
  it('are counted', async () => {
    const registry = new Registry()
    const count = createTimelineNoteCounter(registry)
    count('advanced', 4)
    count('filled_in', 2)
    count('conflicted', 1)
    count('duplicate', 3)
    count('headless', 1)
    const text = await registry.metrics()
    expect(text.split('\n').filter((line) => line.startsWith('wa_timeline_'))).toEqual([
      'wa_timeline_transitions_total{kind="advanced"} 4',
      'wa_timeline_transitions_total{kind="filled_in"} 2',
      'wa_timeline_transitions_total{kind="failed"} 0',
      'wa_timeline_transitions_total{kind="conflicted"} 1',
      'wa_timeline_duplicates_total 3',
      'wa_timeline_late_total 2',
      'wa_timeline_conflicts_total 1',
      'wa_timeline_headless_total 1',
    ])
  })
})
