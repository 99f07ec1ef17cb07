// Goal: `wabastream simulate` and this pipeline agree on what was sent, and no body, however odd or
// broken, gets past without a verdict. Method: simulate runs as a user runs it beside `start`, with
// every kind of trouble; then bodies of a grammar go through the sender of a simulated provider,
// and rows and timelines are compared with what an oracle reads in them. What the provider then
// reports is what the detectors of watch detect.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type ClickHouseClient, createClient } from '@clickhouse/client'
import { createKafkaClient, type KafkaClient } from '@wabastream/kafka'
import { type AttemptOutcome, startSimulatedProvider } from '@wabastream/simulator'
import {
  arbitraryBody,
  countRows,
  eventually,
  expectTimelines,
  type Fact,
  type GrammarBody,
  readFacts,
  type RowCounts,
  startServiceProcess,
} from '@wabastream/testing'
import fc from 'fast-check'
import { startCommand } from '../command-process.ts'
import { compareTimelines } from '../compare-timelines.ts'
import { judgeRows } from '../judge-rows.ts'
import { untilSettled } from '../settled.ts'
import { readStoredTimelines } from '../stored-timelines.ts'
import { startWabastream, type WabastreamProcess } from '../wabastream-process.ts'

const DATABASE = 'wa_g1'
const TIMEOUT_MS = 240_000
const SETTLE_TIMEOUT_MS = 120_000
const BODIES = 1_500
const NUMBER = '777770000000001'
const BROKEN_NUMBER = '888880000000002'
const seed = Number(process.env['WABASTREAM_SEED']) || Date.now() % 1_000_000

let wabastream: WabastreamProcess
let kafka: KafkaClient
let clickhouse: ClickHouseClient

beforeAll(async () => {
  // With channels of its own making, which simulate finds by itself.
  wabastream = await startWabastream({ CHANNELS_FILE: '' })
  kafka = createKafkaClient({ brokers: [...wabastream.brokers], clientId: 'simulate' })
  clickhouse = createClient({ url: wabastream.clickhouseUrl })
}, TIMEOUT_MS)

afterAll(async () => {
  await clickhouse?.close()
  await kafka?.close()
  await wabastream?.stop()
}, 60_000)

async function readRows<Row>(query: string): Promise<readonly Row[]> {
  const result = await clickhouse.query({ query, format: 'JSONEachRow' })
  return await result.json<Row>()
}

async function count(from: string): Promise<number> {
  const rows = await readRows<{ n: number }>(`SELECT toUInt32(count()) AS n FROM ${from}`)
  return rows[0]?.n ?? 0
}

/** Process ids: one changes when its service has ended and was started again. */
async function readProcesses(): Promise<readonly (string | null)[]> {
  const services = ['ingestor', 'decoder', 'timeline-processor', 'clickhouse-sink']
  const answers = await Promise.all(
    services.map((name) => fetch(`${wabastream.adminOf(name)}/readyz`)),
  )
  return answers.map(({ headers }) => headers.get('x-process-id'))
}

describe('wabastream simulate', () => {
  it('says of what it sent what the rows say', async () => {
    const traffic = ['--profile', 'busy', '--messages', '500', '--chaos', '--time-factor', '5000']
    const args = [...traffic, '--answer-timeout', '60', '--drain', '60', '--json']
    const command = startCommand(wabastream.dataDirectory, ['simulate', ...args])
    const code = await command.ended
    expect({ code, output: command.output().slice(0, 2_000) }).toMatchObject({ code: 0 })
    const report = JSON.parse(command.result())
    expect(report.webhooks).toMatchObject({ overflowed: 0, expired: 0, left: 0 })
    expect(report.largestBytes).toBeGreaterThan(2_500_000)
    await untilSettled(kafka, SETTLE_TIMEOUT_MS)
    const live = `${DATABASE}.message_events FINAL WHERE NOT historical`
    const ofType = (types: string) => count(`${live} AND event_type IN (${types})`)
    expect({
      webhooks: await count(`${DATABASE}.raw_webhooks FINAL`),
      letters: await count(`${DATABASE}.dead_letters`),
      statuses: await ofType(`'MessageStatusChanged', 'PaymentStatusChanged'`),
      errors: await ofType(`'ErrorReported'`),
    }).toEqual({
      webhooks: report.webhooks.acknowledged,
      letters: 0,
      statuses: report.updatesAcknowledged.status,
      errors: report.updatesAcknowledged.error,
    })
  }, 300_000)
})

interface Sent extends GrammarBody {
  readonly receipt: string
}

/** Sends all of them as a provider does; resolves when each is acknowledged. */
async function send(bodies: readonly GrammarBody[]): Promise<readonly Sent[]> {
  const channels = join(wabastream.dataDirectory, 'channels')
  const secret = (await readFile(join(channels, 'cloud-app-secret'), 'utf8')).trim()
  const byBody = new Map(bodies.map((one) => [one.body, one]))
  const sent: Sent[] = []
  const onAttempt = ({ headers, status, webhook }: AttemptOutcome): void => {
    const one = byBody.get(webhook.body)
    if (status === 200 && one !== undefined) {
      sent.push({ ...one, receipt: headers['x-receipt-id'] ?? '' })
    }
  }
  const provider = await startSimulatedProvider({
    app: { secret, callbackUrl: `${wabastream.webhooksUrl}/webhooks/cloud` },
    numbers: [
      { provider: 'cloud-api', numberId: NUMBER, displayNumber: '15550783881', accountId: '1' },
    ],
    answerTimeoutMs: TIMEOUT_MS,
    observer: { onAttempt },
  })
  try {
    for (const { body } of bodies) provider.deliver(NUMBER, body)
    await eventually('all are acknowledged', () => sent.length === bodies.length, TIMEOUT_MS)
  } finally {
    await provider.close()
  }
  return sent
}

interface Verdict {
  readonly receipt_id: string
  readonly verdict: string
  readonly bytes: number
  readonly rows: number
  readonly letters: number
}

async function readVerdicts(): Promise<ReadonlyMap<string, Verdict>> {
  const rows = await readRows<Verdict>(`
    SELECT receipt_id, any(verdict) AS verdict, toUInt32(any(bytes)) AS bytes,
      toUInt32(count()) AS rows, toUInt32(any(dead_letters)) AS letters
    FROM ${DATABASE}.raw_webhooks FINAL GROUP BY receipt_id`)
  return new Map(rows.map((row) => [row.receipt_id, row]))
}

/** Verdicts that do not fit the body, in words. */
function judgeVerdict({ body, kind, receipt }: Sent, verdict: Verdict | undefined): string[] {
  if (verdict === undefined) return [`${receipt} has no verdict`]
  const isExplained = ['partial', 'undecodable'].includes(verdict.verdict) === verdict.letters > 0
  return [
    ...(verdict.rows === 1 ? [] : [`${receipt} has ${verdict.rows} verdicts`]),
    ...(verdict.bytes === body.length ? [] : [`${receipt} has ${verdict.bytes} bytes`]),
    ...(isExplained ? [] : [`${receipt} is ${verdict.verdict} with ${verdict.letters} letters`]),
    ...(kind === 'broken' || verdict.letters === 0 ? [] : [`${receipt} was refused in part`]),
  ]
}

describe(`bodies of a grammar (WABASTREAM_SEED='${seed}')`, () => {
  it('all get a verdict and the rows that the oracle counts, and end no service', async () => {
    const before = await readProcesses()
    const nowMs = Date.now()
    const options = { number: NUMBER, brokenNumber: BROKEN_NUMBER, nowMs }
    const bodies = fc.sample(arbitraryBody(options), { numRuns: BODIES, seed })
    const sent = await send(bodies)
    await untilSettled(kafka, SETTLE_TIMEOUT_MS)
    const verdicts = await readVerdicts()
    expect(sent.flatMap((one) => judgeVerdict(one, verdicts.get(one.receipt)))).toEqual([])
    const facts: Fact[] = []
    const rowCounts = new Map<string, RowCounts>()
    for (const { body, receipt } of sent.filter(({ kind }) => kind === 'well-formed')) {
      const parsed: unknown = JSON.parse(String(body))
      facts.push(...readFacts(Object(parsed), { flatNumber: '', nowMs: Date.now() }))
      rowCounts.set(receipt, countRows(Object(parsed)))
    }
    expect(await judgeRows(clickhouse, DATABASE, rowCounts)).toEqual({ lost: [], doubled: [] })
    const expected = expectTimelines(facts)
    const stored = await readStoredTimelines(clickhouse, DATABASE)
    const ours = stored.filter((timeline) => timeline.number === NUMBER)
    expect(expected.size).toBeGreaterThan(100)
    expect(compareTimelines(expected, ours)).toMatchObject({
      missing: [],
      surplus: [],
      differing: [],
    })
    expect(await readProcesses()).toEqual(before)
    expect(before).not.toContain(null)
  }, 300_000)
})

function report(field: string, value: object): GrammarBody {
  const entry = [{ id: 'reporting', changes: [{ field, value }] }]
  const body = Buffer.from(JSON.stringify({ object: 'whatsapp_business_account', entry }))
  return { kind: 'well-formed', body }
}

const REPORTS = [
  report('phone_number_quality_update', {
    display_phone_number: '15550100200',
    event: 'FLAGGED',
    current_limit: 'TIER_1K',
  }),
  report('message_template_status_update', {
    event: 'PAUSED',
    message_template_id: 7,
    message_template_name: 'order_sent',
    message_template_language: 'en',
  }),
  report('messages', {
    messaging_product: 'whatsapp',
    metadata: { phone_number_id: '999990000000003', display_phone_number: '15550100200' },
    errors: [{ code: 131_057, title: 'Account in maintenance mode' }],
  }),
]

describe('what a provider reports', () => {
  it('is detected, once each, and named', async () => {
    await send(REPORTS)
    await untilSettled(kafka, SETTLE_TIMEOUT_MS)
    const watch = await startServiceProcess({
      service: 'watch',
      env: { CLICKHOUSE_URL: wabastream.clickhouseUrl, DETECTIONS_INTERVAL_MS: '1000' },
      logFile: join(wabastream.dataDirectory, 'watch.log'),
    })
    const expected = [
      { kind: 'error_out_of_band', number: '999990000000003', subject: '131057' },
      { kind: 'number_flagged', number: '999990000000003', subject: '15550100200' },
      { kind: 'template_paused', number: '', subject: 'order_sent, en, reporting' },
    ]
    const readDetected = () =>
      readRows(`SELECT kind, number, subject FROM wa.detections WHERE ended_at IS NULL
        AND subject IN ('131057', '15550100200', 'order_sent, en, reporting') ORDER BY kind`)
    try {
      await eventually('all are detected', async () => (await readDetected()).length >= 3, 60_000)
      expect(await readDetected()).toEqual(expected)
    } finally {
      await watch.stop()
    }
  }, 120_000)
})
