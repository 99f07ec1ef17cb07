import { beforeEach, describe, expect, it } from '@jest/globals'
import { type CommittedRun, type StatefulObserver } from '@wabastream/processing'
import { Registry } from 'prom-client'
import { TakeWatch } from './take-watch.ts'
import { createStatefulMetrics } from './stateful-metrics.ts'
import { createStatefulReport } from './stateful-report.ts'

const INPUT = { topic: 'events', partition: 2 }
const TIMEOUT_MS = 1_000

let nowMs: number
let registry: Registry
let takes: TakeWatch
let report: StatefulObserver
let counted: (readonly [string, number])[]

beforeEach(() => {
  nowMs = 10_000
  registry = new Registry()
  const now = () => nowMs
  const ignore = () => {}
  const logger = { info: ignore, warn: ignore, error: ignore, debug: ignore }
  const metrics = createStatefulMetrics(registry, 'timeline')
  counted = []
  takes = new TakeWatch({ metrics, logger, now, timeoutMs: TIMEOUT_MS })
  report = createStatefulReport({
    metrics,
    logger,
    takes,
    now,
    countNote: (note, count) => counted.push([note, count]),
    onWaiting: ignore,
  })
})

function aRun(notes: Readonly<Record<string, number>>): CommittedRun {
  return {
    ...INPUT,
    notes: new Map(Object.entries(notes)),
    receivedAtSamples: [nowMs - 300],
    recordCount: 10,
    eventCount: 9,
    changeCount: 5,
    expiredCount: 2,
    rejectedCount: 1,
    watermarkLagMs: 1_500,
  }
}

async function lines(...names: readonly string[]): Promise<readonly string[]> {
  const text = await registry.metrics()
  return text.split('\n').filter((line) => names.some((name) => line.startsWith(name)))
}

describe('the report', () => {
  it('counts what was committed', async () => {
    report.committed(aRun({ advanced: 4, duplicate: 3 }))
    expect(counted).toEqual([
      ['advanced', 4],
      ['duplicate', 3],
    ])
    expect(await lines('wa_timeline_records', 'wa_timeline_events')).toEqual([
      'wa_timeline_records_total 10',
      'wa_timeline_events_total 9',
    ])
    expect(await lines('wa_timeline_watermark')).toEqual([
      `wa_timeline_watermark_lag_seconds{partition="${INPUT.partition}"} 1.5`,
    ])
    expect(await lines('wa_timeline_written', 'wa_timeline_expired', 'wa_timeline_dead')).toEqual([
      'wa_timeline_written_total 5',
      'wa_timeline_expired_total 2',
      'wa_timeline_dead_letters_total 1',
    ])
    expect(await lines('wa_timeline_ingest_to_timeline_seconds_sum')).toEqual([
      'wa_timeline_ingest_to_timeline_seconds_sum 0.3',
    ])
  })
})

describe('a take', () => {
  const progress = { topic: 'timelines', partition: 2, endOffset: 100 }

  it('makes the process unready until it is done, and shows how far it is', async () => {
    report.taking(INPUT)
    report.restoring({ ...progress, recordsRead: 30, position: 40 })
    report.restoring({ ...progress, recordsRead: 50, position: 60 })
    expect(takes.underWay()).toEqual(['partition 2 is being taken'])
    expect(
      await lines('wa_timeline_restored_records', 'wa_timeline_restore_remaining_records{'),
    ).toEqual([
      'wa_timeline_restored_records_total 50',
      'wa_timeline_restore_remaining_records{partition="2"} 40',
    ])
    report.restored({ topic: 'timelines', partition: 2 }, 3)
    report.taken(INPUT, 7)
    expect(takes.underWay()).toEqual([])
    expect(await lines('wa_timeline_restore_duration_seconds{')).toEqual([
      'wa_timeline_restore_duration_seconds{partition="2"} 3',
    ])
  })

  it('is stuck when nothing moves for too long, but not while it makes progress', () => {
    report.taking(INPUT)
    nowMs += TIMEOUT_MS
    report.restoring({ ...progress, recordsRead: 30, position: 40 })
    nowMs += TIMEOUT_MS
    expect(takes.stuck()).toEqual([])
    nowMs += 1
    expect(takes.stuck()).toEqual(['taking partition 2 makes no progress'])
  })

  it.each<[string, () => void]>([
    ['failed', () => report.failed({ ...INPUT, error: new Error('away'), failureCount: 1 })],
    ['was given away', () => report.released(INPUT)],
  ])('is over when it %s', (_, end) => {
    report.taking(INPUT)
    nowMs += 2 * TIMEOUT_MS
    end()
    expect([takes.stuck(), takes.underWay()]).toEqual([[], []])
  })
})
