// Goal: the canary's webhooks go the whole way, over HTTPS, and only its metrics report them. What
// the provider reports beside them is detected.
import { createHmac } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type ClickHouseClient, createClient } from '@clickhouse/client'
import { createTestAuthority, eventually } from '@wabastream/testing'
import { startWabastream, type WabastreamProcess } from './wabastream-process.ts'

const ARRIVAL_TIMEOUT_MS = 60_000
const SECRET = 'sings in the mine'
let directory: string
let ca: string
let wabastream: WabastreamProcess
let clickhouse: ClickHouseClient

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wabastream-canary-'))
  const authority = await createTestAuthority('canary test')
  const { cert, key } = await authority.issue('localhost')
  const [caFile, certificate, privateKey, channels] = await Promise.all([
    write('ca.pem', authority.cert),
    write('cert.pem', cert),
    write('key.pem', key),
    write(
      'channels.yaml',
      `channels:
  - name: canary
    dialect: cloud
    strategies: { hmac: { secrets: [{ id: a, file: secret }] } }
`,
    ),
    write('secret', `${SECRET}\n`),
  ])
  wabastream = await startWabastream(
    {
      CHANNELS_FILE: channels,
      TLS_CERT_FILE: certificate,
      TLS_KEY_FILE: privateKey,
      CANARY_CA_FILE: caFile,
      CANARY_INTERVAL_MS: '1000',
      CANARY_TIMEOUT_MS: '60000',
      DETECTIONS_INTERVAL_MS: '1000',
    },
    ['--canary'],
  )
  ca = authority.cert
  clickhouse = createClient({ url: wabastream.clickhouseUrl })
}, 240_000)

afterAll(async () => {
  await clickhouse?.close()
  await wabastream?.stop()
  await rm(directory, { recursive: true, force: true })
}, 60_000)

async function write(name: string, text: string): Promise<string> {
  const path = join(directory, name)
  await writeFile(path, text)
  return path
}

async function metric(series: string): Promise<number> {
  const lines = (await wabastream.metricsOf('watch')).split('\n')
  const line = lines.find(
    (text) =>
      text.startsWith(`${series}{`) ||
      text.startsWith(`${series} `) ||
      text.startsWith(series.replace('}', ',')),
  )
  return Number(line?.split(' ').at(-1))
}

async function select(sql: string): Promise<readonly unknown[]> {
  const result = await clickhouse.query({ query: sql, format: 'JSONEachRow' })
  return result.json()
}

describe('the canary', () => {
  it('sees its webhooks become rows, and says how long they took', async () => {
    await eventually(
      'three of them have arrived',
      async () => (await metric('wa_canary_webhooks_total{outcome="arrived"}')) >= 3,
      ARRIVAL_TIMEOUT_MS,
    )
    expect(await metric('wa_canary_webhooks_total{outcome="acked"}')).toBeGreaterThanOrEqual(3)
    expect(await metric('wa_canary_webhooks_total{outcome="lost"}')).toBe(0)
    expect(await metric('wa_canary_round_trip_seconds_count')).toBeGreaterThanOrEqual(3)
    expect(await metric('wa_canary_age_seconds')).toBeLessThan(60)
  })

  it(
    'shows in no view of messages, and is counted and complete among the webhooks',
    async () => {
      for (const view of ['messages', 'message_events', 'status_transitions', 'conversation']) {
        expect(await select(`SELECT * FROM wa.${view}`)).toEqual([])
      }
      await eventually(
        'nothing differs',
        async () => {
          const rows = await select(`SELECT channel FROM wa.reconciliation_hourly
        WHERE difference != 0 OR undecodable > 0 OR dead_letters > 0`)
          return rows.length === 0
        },
        ARRIVAL_TIMEOUT_MS,
      )
      expect(await select('SELECT DISTINCT channel FROM wa.webhooks')).toEqual([
        { channel: 'canary' },
      ])
    },
    ARRIVAL_TIMEOUT_MS,
  )
})

describe('the detectors beside it', () => {
  /** As the provider would, over HTTPS and signed. */
  function post(body: string): Promise<number | undefined> {
    const digest = createHmac('sha256', SECRET).update(body).digest('hex')
    return new Promise((resolve, reject) => {
      const sent = request(`${wabastream.webhooksUrl}/webhooks/canary`, {
        method: 'POST',
        ca,
        headers: { 'x-hub-signature-256': `sha256=${digest}` },
      })
      sent.on('response', (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      sent.on('error', reject)
      sent.end(body)
    })
  }

  it(
    'log an error that is about no message, once, and show it as a metric',
    async () => {
      const metadata = { display_phone_number: '15550783881', phone_number_id: '106' }
      const errors = [{ code: 131031, title: 'Account locked' }]
      const value = { messaging_product: 'whatsapp', metadata, errors }
      const entry = [{ id: '7', changes: [{ field: 'messages', value }] }]
      const body = JSON.stringify({ object: 'whatsapp_business_account', entry })
      expect(await post(body)).toBe(200)
      await eventually(
        'it is detected',
        async () => (await metric('wa_watch_detections{kind="error_out_of_band"}')) === 1,
        ARRIVAL_TIMEOUT_MS,
      )
      expect(await select('SELECT kind, number, subject, reason FROM wa.detections')).toEqual([
        {
          kind: 'error_out_of_band',
          number: '106',
          subject: '131031',
          reason: 'the provider reported error 131031, which is about no message',
        },
      ])
      expect(await metric('wa_watch_detector_failures_total{detector="reports"}')).toBe(0)
    },
    ARRIVAL_TIMEOUT_MS,
  )
})
