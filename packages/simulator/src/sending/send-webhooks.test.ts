import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo } from 'node:net'
import { describe, expect, it } from '@jest/globals'
import { generateTraffic } from '../traffic/generate-traffic.ts'
import { type Acknowledgement, sendWebhooks } from './send-webhooks.ts'

async function withServer<T>(
  listener: RequestListener,
  use: (url: string, server: Server) => Promise<T>,
): Promise<T> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address: string | AddressInfo | null = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('no port')
  try {
    return await use(`http://127.0.0.1:${address.port}`, server)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

/** Answers after the whole body was read. */
function answering(statusOf: (url: string, body: string) => number): RequestListener {
  return (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      response.statusCode = statusOf(request.url ?? '', Buffer.concat(chunks).toString('utf8'))
      if (response.statusCode === 503) response.setHeader('retry-after', '0')
      response.end()
    })
  }
}

const webhooks = generateTraffic({ count: 200 })

describe('sendWebhooks', () => {
  it('delivers every body unchanged and reports latencies', async () => {
    const seen: string[] = []
    const journal: Acknowledgement[] = []
    const report = await withServer(
      answering((_, body) => {
        seen.push(body)
        return 200
      }),
      (url) => sendWebhooks({ url, webhooks, journal, concurrency: 8 }),
    )
    expect(report).toMatchObject({ sent: 200, acked: 200, retries: 0, statuses: { 200: 200 } })
    expect(seen.toSorted()).toEqual(webhooks.map(({ body }) => body.toString('utf8')).toSorted())
    expect(new Set(journal.map(({ index }) => index)).size).toBe(200)
    expect(report.latencyMs.p99).toBeGreaterThanOrEqual(report.latencyMs.p50)
  })

  it('sends again what is answered 503 until it is taken', async () => {
    let calls = 0
    const report = await withServer(
      answering(() => ((calls += 1) % 3 === 0 ? 200 : 503)),
      (url) => sendWebhooks({ url, webhooks: webhooks.slice(0, 30), concurrency: 4 }),
    )
    expect(report.acked).toBe(30)
    expect(report.retries).toBeGreaterThanOrEqual(30)
  })

  it('sends again after the connection broke', async () => {
    let calls = 0
    const report = await withServer(
      (request, response) => {
        calls += 1
        if (calls % 4 === 1) request.socket.destroy()
        else answering(() => 200)(request, response)
      },
      (url) => sendWebhooks({ url, webhooks: webhooks.slice(0, 20), concurrency: 2 }),
    )
    expect(report.acked).toBe(20)
    expect(report.retries).toBeGreaterThan(0)
  })

  it('takes a refusal as final and says which one it was', async () => {
    const report = await withServer(
      answering((path) => (path.startsWith('/webhooks/cloud') ? 401 : 200)),
      (url) => sendWebhooks({ url, webhooks }),
    )
    const cloud = webhooks.flatMap(({ channel }, index) => (channel === 'cloud' ? [index] : []))
    expect(report.refused.map(({ index }) => index)).toEqual(cloud)
    expect(report.statuses).toEqual({ 200: 200 - cloud.length, 401: cloud.length })
  })

  it('reads the refusal of a body that the server does not read to its end', async () => {
    const [first] = webhooks
    if (first === undefined) throw new TypeError('no webhook')
    const large = { ...first, body: Buffer.alloc(8 * 1024 * 1024, 'x') }
    const report = await withServer(
      (_, response) => {
        response.writeHead(413, { connection: 'close' })
        response.end()
      },
      (url) => sendWebhooks({ url, webhooks: [large], attemptsMax: 1 }),
    )
    expect(report.statuses).toEqual({ 413: 1 })
  })

  it('says when the last one is being sent, however long another one waits', async () => {
    let isLastStarted = false
    const [first] = webhooks
    const report = await withServer(
      answering((_, body) => (body === String(first?.body) && !isLastStarted ? 503 : 200)),
      (url) =>
        sendWebhooks({
          url,
          webhooks: webhooks.slice(0, 20),
          concurrency: 2,
          onLastStarted: () => {
            isLastStarted = true
          },
        }),
    )
    expect(report.acked).toBe(20)
  })

  it('gives up after the allowed attempts', async () => {
    const report = await withServer(
      answering(() => 503),
      (url) => sendWebhooks({ url, webhooks: webhooks.slice(0, 2), attemptsMax: 3 }),
    )
    expect(report).toMatchObject({ acked: 0, retries: 4, statuses: { 503: 2 } })
  })

  it('keeps to the rate', async () => {
    const report = await withServer(
      answering(() => 200),
      (url) => sendWebhooks({ url, webhooks: webhooks.slice(0, 50), ratePerSecond: 100 }),
    )
    expect(report.elapsedMs).toBeGreaterThan(480)
  })
})
