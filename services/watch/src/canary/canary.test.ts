import { createServer, type IncomingMessage, type Server } from 'node:http'
import { once } from 'node:events'
import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { CANARY_NUMBER } from '@wabastream/contracts'
import { eventually } from '@wabastream/testing'
import { Registry } from 'prom-client'
import { runCanary } from './canary.ts'
import { createCanaryMetrics } from './canary-metrics.ts'
import { postWebhook } from './post-webhook.ts'
import { createSyntheticWebhook } from './synthetic-webhook.ts'

const SECRET = 'sings'

describe('the canary', () => {
  let server: Server
  let status = 200
  let received: string[] = []
  let isStored = true
  let nowMs = 1_000_000
  let registry: Registry
  let stopping: AbortController
  let running: Promise<void>

  async function answer(request: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(Buffer.from(chunk))
    const body = Buffer.concat(chunks)
    const digest = createHmac('sha256', SECRET).update(body).digest('hex')
    expect(request.headers['x-hub-signature-256']).toBe(`sha256=${digest}`)
    expect(String(body)).toContain(CANARY_NUMBER)
    received.push(String(body))
  }

  beforeEach(async () => {
    received = []
    isStored = true
    status = 200
    server = createServer((request, response) => {
      void answer(request).then(() => response.writeHead(status).end())
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    registry = new Registry()
    stopping = new AbortController()
    let id = 0
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    running = runCanary(
      {
        intervalMs: 20,
        timeoutMs: 5_000,
        pollMs: 10,
        now: () => nowMs,
        metrics: createCanaryMetrics(registry, () => nowMs),
        create: () => createSyntheticWebhook({ id: String((id += 1)), nowMs, secret: SECRET }),
        post: (webhook) =>
          postWebhook(webhook, { url: `http://127.0.0.1:${port}/`, ca: undefined }),
        findArrived: async (ids) =>
          isStored ? ids.filter((one) => received.some((body) => body.includes(`"${one}"`))) : [],
        onFailure() {},
      },
      stopping.signal,
    )
  })
  afterEach(async () => {
    stopping.abort()
    await running
    server.close()
  })

  const shows = (line: RegExp) =>
    eventually(`metrics show ${String(line)}`, async () => line.test(await registry.metrics()))

  it('counts what was acknowledged and has arrived', async () => {
    expect(await shows(/outcome="acked"} [2-9]/)).toBe(true)
    expect(await shows(/outcome="arrived"} [2-9]/)).toBe(true)
    expect(await shows(/wa_canary_round_trip_seconds_count [2-9]/)).toBe(true)
    expect(await shows(/outcome="lost"} 0/)).toBe(true)
    expect(await shows(/^wa_canary_last_success_timestamp_seconds [1-9]/m)).toBe(true)
  })

  it('ages, and counts webhooks as lost, if rows do not come', async () => {
    isStored = false
    expect(await shows(/outcome="acked"} [2-9]/)).toBe(true)
    nowMs += 60_000
    expect(await shows(/outcome="lost"} [2-9]/)).toBe(true)
    expect(await shows(/wa_canary_age_seconds 60/)).toBe(true)
    expect(await registry.metrics()).not.toMatch(/^wa_canary_last_success_timestamp_seconds/m)
  })

  it('distinguishes a refusal from no answer at all', async () => {
    status = 401
    expect(await shows(/outcome="refused"} [1-9]/)).toBe(true)
    server.close()
    server.closeAllConnections()
    expect(await shows(/outcome="unanswered"} [1-9]/)).toBe(true)
  })
})
