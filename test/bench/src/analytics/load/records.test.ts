import { describe, expect, it } from '@jest/globals'
import { anEnvelope, aStatus } from '@wabastream/testing'
import { toRecords } from './records.ts'

const DAY_MS = 86_400_000

function arrival(
  word: string,
  thread: { timeline: undefined; partition: number },
  envelope: { readonly rawOffset: number; readonly receivedAt: number },
) {
  const whole = anEnvelope({ ...envelope, providerTime: envelope.receivedAt })
  return { event: aStatus(word, whole), envelope: whole, thread }
}

describe('records', () => {
  it('are what the processor writes: a timeline for each event, a transition for each change', () => {
    const thread = { timeline: undefined, partition: 4 }
    const records = toRecords([
      arrival('delivered', thread, { rawOffset: 0, receivedAt: DAY_MS }),
      arrival('sent', thread, { rawOffset: 1, receivedAt: DAY_MS + 1 }),
      arrival('sent', thread, { rawOffset: 2, receivedAt: DAY_MS + 2 }),
    ])
    expect(records.events).toHaveLength(3)
    const rungs = records.timelines.map(({ record }) =>
      record.type === 'MessageTimeline' ? record.data.rungs : undefined,
    )
    expect(rungs).toEqual([2, 3, 3])
    const kinds = records.transitions.map(({ record }) =>
      record.type === 'StatusTransition' ? record.data.kind : undefined,
    )
    expect(kinds).toEqual(['advanced', 'filled_in'])
    expect(new Set(records.timelines.map(({ partition }) => partition))).toEqual(new Set([4]))
  })

  it('begin a timeline again that expired, under its former day', () => {
    const thread = { timeline: undefined, partition: 0 }
    const { timelines } = toRecords([
      arrival('sent', thread, { rawOffset: 0, receivedAt: DAY_MS }),
      arrival('read', thread, { rawOffset: 1, receivedAt: 90 * DAY_MS }),
    ])
    const [, { record } = {}] = timelines
    if (record?.type !== 'MessageTimeline') throw new Error('no timeline')
    expect([record.data.rungs, record.data.anchorDay, record.data.headless]).toEqual([4, 1, true])
  })

  it('count every webhook once, by its raw partition', () => {
    const thread = { timeline: undefined, partition: 0 }
    const { webhooks } = toRecords([
      arrival('sent', thread, { rawOffset: 10, receivedAt: 1 }),
      arrival('read', thread, { rawOffset: 11, receivedAt: 2 }),
    ])
    expect(webhooks).toHaveLength(1)
    const [{ record } = {}] = webhooks
    if (record?.type !== 'WebhooksDecoded') throw new Error('no verdicts')
    expect(record.data.firstOffset).toBe(10)
    expect(record.data.verdicts.map(({ offsetDelta }) => offsetDelta)).toEqual([0, 1])
  })
})
