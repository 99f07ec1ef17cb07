import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type ClickHouse } from '@wabastream/clickhouse'
import { type MessageEvent, type WebhookVerdict, type WireRecord } from '@wabastream/contracts'
import { decideTransitions, evolve, initialTimeline } from '@wabastream/domain'
import { anEcho, anEnvelope, aReceivedMessage, aStatus, eventually } from '@wabastream/testing'
import { createTestPipeline, type TestPipeline } from './test-pipeline.fixture.ts'
import { startTestSink, type TestSink } from './test-sink.fixture.ts'

const DAY = 86_400_000
const EXPIRY_MS = 45 * 86_400_000
const NOON = Date.UTC(2026, 4, 1, 12)

/** What the pipeline would make of a message: its events, timelines and transitions. */
function processed(events: readonly MessageEvent[]) {
  const timelines: WireRecord[] = []
  const transitions: WireRecord[] = []
  let timeline: ReturnType<typeof evolve> | undefined
  for (const event of events) {
    const before = timeline
    timeline = evolve(before ?? initialTimeline(event), event)
    timelines.push({ type: 'MessageTimeline', data: timeline })
    for (const data of decideTransitions({ before, after: timeline, event, expiryMs: EXPIRY_MS })) {
      transitions.push({ type: 'StatusTransition', data })
    }
  }
  return { events, timelines, transitions }
}

function lifeOf(messageId: string, offset: number) {
  const at = (index: number) => ({
    receivedAt: NOON + index * 1_000,
    providerTime: NOON + index * 1_000,
    rawOffset: offset * 3 + index,
    eventId: `${messageId} ${index}`,
    rawPartition: 1,
  })
  return processed([
    aStatus('sent', at(0), { messageId, pricingCategory: 'utility' }),
    aStatus('delivered', at(1), { messageId }),
    aStatus('read', at(2), { messageId }),
  ])
}

describe('the sink', () => {
  let pipeline: TestPipeline
  let sink: TestSink
  beforeAll(async () => {
    pipeline = await createTestPipeline()
    sink = await startTestSink(pipeline)
  }, 60_000)
  afterAll(async () => {
    await sink.stop()
    await pipeline.drop()
  })

  const publish = async (life: ReturnType<typeof processed>, partition = 0) => {
    const { topics } = pipeline
    await pipeline.publish(topics.events, partition, life.events)
    await pipeline.publish(topics.timelines, partition, life.timelines)
    await pipeline.publish(topics.transitions, partition, life.transitions)
  }
  const messages = (messageId: string) =>
    pipeline.select<{ readonly status: string }>(
      'status, anchor_day',
      `messages WHERE message_id = '${messageId}'`,
    )

  it('writes events, timelines and transitions', async () => {
    await publish(lifeOf('wamid.1', 0))
    await eventually('the message is read', async () => {
      const [row] = await messages('wamid.1')
      return row?.status === 'read'
    })
    await eventually(
      'three events',
      async () =>
        (await pipeline.select('event_type', `message_events WHERE message_id = 'wamid.1'`))
          .length === 3,
    )
    const transitions = await eventually('three transitions', async () => {
      const rows = await pipeline.select(
        'kind, rung, since_sent_ms',
        `status_transitions WHERE message_id = 'wamid.1' ORDER BY event_at`,
      )
      return rows.length === 3 && rows
    })
    expect(transitions).toEqual([
      { kind: 'advanced', rung: 'sent', since_sent_ms: null },
      { kind: 'advanced', rung: 'delivered', since_sent_ms: 1_000 },
      { kind: 'advanced', rung: 'read', since_sent_ms: 2_000 },
    ])
  })

  it('writes what became of every webhook', async () => {
    const verdict = {
      offsetDelta: 0,
      receiptId: 'r-1',
      channel: 'main',
      receivedAt: NOON,
      bytes: 512,
      verdict: 'decoded',
      messages: 0,
      statuses: 1,
      errors: 0,
      otherFields: 0,
      events: 1,
      deadLetters: 0,
    } as const
    const verdicts = [verdict, { ...verdict, offsetDelta: 1, receivedAt: NOON + 1, bytes: 99 }]
    await pipeline.publish(pipeline.topics.decoded, 1, [
      { type: 'WebhooksDecoded', data: { rawPartition: 7, firstOffset: 40, verdicts } },
    ])
    const rows = await eventually('two webhooks', async () => {
      const found = await pipeline.select(
        'raw_offset, receipt_id, received_at, bytes',
        'webhooks WHERE raw_partition = 7 ORDER BY raw_offset',
      )
      return found.length === 2 && found
    })
    expect(rows).toEqual([
      { raw_offset: 40, receipt_id: 'r-1', received_at: '2026-05-01 12:00:00.000', bytes: 512 },
      { raw_offset: 41, receipt_id: 'r-1', received_at: '2026-05-01 12:00:00.001', bytes: 99 },
    ])
    expect(
      await pipeline.select(
        'records, webhooks, resent',
        `reconciliation_hourly WHERE channel = 'main' AND records > 0`,
      ),
    ).toEqual([{ records: 2, webhooks: 1, resent: 1 }])
  })

  it('lets the later verdict of a webhook win, whichever partition it is in', async () => {
    const verdict = {
      offsetDelta: 0,
      receiptId: 'r-2',
      channel: 'main',
      receivedAt: NOON,
      bytes: 512,
      messages: 0,
      statuses: 1,
      errors: 0,
      otherFields: 0,
    }
    const partial = { ...verdict, verdict: 'partial', events: 0, deadLetters: 1 } as const
    const whole = { ...verdict, verdict: 'decoded', events: 1, deadLetters: 0 } as const
    const append = (partition: number, verdicts: readonly WebhookVerdict[]) =>
      pipeline.publish(pipeline.topics.decoded, partition, [
        { type: 'WebhooksDecoded', data: { rawPartition: 8, firstOffset: 40, verdicts } },
      ])
    const shown = async () =>
      (
        await pipeline.select<{ readonly verdict: string }>(
          'verdict',
          'webhooks WHERE raw_partition = 8',
        )
      ).map((row) => row.verdict)
    for (let time = 0; time < 3; time += 1) await append(1, [partial])
    await eventually('the first verdict', async () => String(await shown()) === 'partial')
    // As if the topic had got more partitions: the next verdict has a smaller offset.
    await append(0, [whole])
    await eventually('the later verdict', async () => String(await shown()) === 'decoded')
  })

  it('does not call a row bad because its request was cut on its way', async () => {
    let cuts = 0
    const client: Pick<ClickHouse, 'insert' | 'query'> = {
      query: pipeline.client.query,
      insert: async (target, lines) => {
        const text = Buffer.concat(lines).toString()
        const isCut = text.includes('wamid.CUT') && cuts++ < 2
        await pipeline.client.insert(target, isCut ? [Buffer.from(text.slice(0, 40))] : lines)
      },
    }
    const cutting = await startTestSink(pipeline, { group: `cut.g${pipeline.generation}`, client })
    await pipeline.publish(pipeline.topics.events, 0, [
      aStatus('sent', { rawOffset: 77_000 }, { messageId: 'wamid.CUT' }),
    ])
    await eventually(
      'the row by the requests that were cut',
      async () =>
        cuts > 2 &&
        (await cutting.registry.metrics()).includes(
          'wa_sink_insert_failures_total{table="message_events",cause="bad_rows"} 2',
        ),
    )
    await eventually('all is written', () => isCaughtUp(pipeline, `cut.g${pipeline.generation}`))
    await cutting.stop()
    expect(await pipeline.select('reason', `dead_letters WHERE reason = 'sink_rejected'`)).toEqual(
      [],
    )
  })

  it('puts a read after sixty days, of a message it had forgotten, into that message', async () => {
    const messageId = 'wamid.OLD'
    const { timelines } = pipeline.topics
    const later = NOON + 60 * DAY
    const first = processed([aStatus('sent', {}, { messageId })])
    const headless = processed([
      aStatus('read', { receivedAt: later, providerTime: later }, { messageId }),
      aStatus('played', { receivedAt: later + DAY, providerTime: later + DAY }, { messageId }),
    ])
    await pipeline.publish(timelines, 0, first.timelines)
    await eventually('the message', async () => (await messages(messageId)).length === 1)
    await pipeline.publishBytes(timelines, 0, [null])
    await pipeline.publish(timelines, 0, headless.timelines)
    await eventually(
      'it was played',
      async () => (await messages(messageId))[0]?.status === 'played',
    )
    expect(await messages(messageId)).toEqual([{ status: 'played', anchor_day: '2026-05-01' }])
  })

  it('joins an old and a new timeline that come in the same batch', async () => {
    const messageId = 'wamid.SAME-BATCH'
    const later = NOON + 60 * DAY
    const first = processed([aStatus('sent', {}, { messageId })])
    const headless = processed([
      aStatus('read', { receivedAt: later, providerTime: later }, { messageId }),
    ])
    await pipeline.publish(pipeline.topics.timelines, 1, [
      ...first.timelines,
      ...headless.timelines,
    ])
    await eventually('it was read', async () => (await messages(messageId))[0]?.status === 'read')
    expect(await messages(messageId)).toEqual([{ status: 'read', anchor_day: '2026-05-01' }])
  })

  it.each([
    ['reports what was forgotten', 'wamid.HISTORY', false],
    ['comes in the same batch', 'wamid.HISTORY-SAME', true],
  ])('keeps one row if a history %s', async (_, messageId, isSameBatch) => {
    const { timelines } = pipeline.topics
    const later = NOON + 60 * DAY
    const about = { messageId, messageType: 'text' }
    const live = processed([
      anEcho({ ...about, envelope: anEnvelope({ receivedAt: NOON, providerTime: NOON }) }),
    ])
    const history = processed([
      anEcho({
        ...about,
        historical: true,
        historicalStatus: 'read',
        envelope: anEnvelope({ receivedAt: later, providerTime: NOON }),
      }),
    ])
    if (isSameBatch) {
      await pipeline.publish(timelines, 0, [...live.timelines, ...history.timelines])
    } else {
      await pipeline.publish(timelines, 0, live.timelines)
      await eventually('the message', async () => (await messages(messageId)).length === 1)
      await pipeline.publish(timelines, 0, history.timelines)
    }
    await eventually('it was read', async () =>
      (await messages(messageId)).some(({ status }) => status === 'read'),
    )
    expect(await messages(messageId)).toEqual([{ status: 'read', anchor_day: '2026-05-01' }])
  })

  it('turns bytes that are not a record into dead letters, which become rows', async () => {
    const { events } = pipeline.topics
    await pipeline.publishBytes(events, 1, [Buffer.from('not avro'), null, Buffer.from([0, 0, 0])])
    const rows = await eventually('two dead letters', async () => {
      const found = await pipeline.select<{ readonly body: string }>(
        'reason, stage, body',
        `dead_letters WHERE topic = '${events}' AND partition = 1 ORDER BY offset`,
      )
      return found.length === 2 && found
    })
    expect(rows[0]).toEqual({
      reason: 'schema_rejected',
      stage: 'clickhouse-sink',
      body: 'not avro',
    })
  })

  it('takes a bad row out of its batch and keeps the others', async () => {
    const events = Array.from({ length: 500 }, (_, index) =>
      aReceivedMessage({
        messageId: `wamid.B${index}`,
        envelope: anEnvelope({ rawOffset: index === 123 || index === 321 ? -1 : index }),
      }),
    )
    await pipeline.publish(pipeline.topics.events, 0, events)
    await eventually(
      'all good rows',
      async () =>
        (await pipeline.select('message_id', `message_events WHERE message_id LIKE 'wamid.B%'`))
          .length === 498,
    )
    const rows = await eventually('two dead letters', async () => {
      const found = await pipeline.select<{ readonly detail: string }>(
        'detail, body_bytes',
        `dead_letters WHERE reason = 'sink_rejected'`,
      )
      return found.length === 2 && found
    })
    expect(rows[0]?.detail).toContain('message_events')
    expect(sink.failures).toEqual([])
  })

  it('stops at a missing table, says so, and continues when it is back', async () => {
    const { client, database, topics } = pipeline
    const move = (from: string, to: string) =>
      client.command(`RENAME TABLE ${database}.${from} TO ${database}.${to}`)
    await move('status_transitions', 'set_aside')
    const life = lifeOf('wamid.GAP', 100)
    await publish(life)
    await eventually('the alarm', async () =>
      (await sink.registry.metrics()).includes('wa_sink_stopped{table="status_transitions"} 1'),
    )
    expect(sink.problems().join()).toContain('broken_schema')
    await eventually(
      'the other tables go on',
      async () => (await messages('wamid.GAP'))[0]?.status === 'read',
    )
    await pipeline.publish(topics.transitions, 1, lifeOf('wamid.GAP2', 200).transitions)
    await move('set_aside', 'status_transitions')
    await eventually(
      'all transitions',
      async () =>
        (await pipeline.select('rung', `status_transitions WHERE message_id LIKE 'wamid.GAP%'`))
          .length === 6,
    )
    expect(sink.problems()).toEqual([])
    expect(await sink.registry.metrics()).toContain('wa_sink_stopped{table="status_transitions"} 0')
  })

  it('gives the same views when everything is read again in other batches', async () => {
    const snapshot = async () =>
      Promise.all([
        pipeline.select('*', 'messages ORDER BY message_id'),
        pipeline.select('*', 'message_events ORDER BY message_id, event_id, raw_offset'),
        pipeline.select('*', 'status_transitions ORDER BY message_id, kind, rung'),
        pipeline.select('*', 'webhooks ORDER BY raw_offset'),
        pipeline.select('*', 'funnel_hourly ORDER BY hour'),
      ])
    const before = await snapshot()
    const group = `again.g${pipeline.generation}`
    const again = await startTestSink(pipeline, { group, limits: { batchRowsMax: 7 } })
    await eventually('everything is read again', () => isCaughtUp(pipeline, group))
    await again.stop()
    expect(await snapshot()).toEqual(before)
  })
})

async function isCaughtUp({ kafka, topics }: TestPipeline, group: string): Promise<boolean> {
  for (const topic of [topics.events, topics.timelines, topics.transitions, topics.decoded]) {
    const [ends, committed] = await Promise.all([
      kafka.admin.endOffsets(topic),
      kafka.admin.committedOffsets(group, topic),
    ])
    for (const [partition, end] of ends) {
      if (end > 0 && committed.get(partition) !== end) return false
    }
  }
  return true
}
