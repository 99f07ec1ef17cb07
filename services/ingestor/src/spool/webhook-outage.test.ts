import { afterEach, describe, expect, it } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { openRawExchange } from '../raw-log/raw-exchange.fixture.ts'
import { signedHeaders, startTestIngestor, type TestIngestor } from '../ingestor.fixture.ts'

let running: TestIngestor | undefined

async function start(
  options: Parameters<typeof startTestIngestor>[0] = {},
): Promise<TestIngestor & { readonly url: string }> {
  running = await startTestIngestor(options)
  return { ...running, url: `http://127.0.0.1:${running.port}/webhooks/main` }
}

afterEach(async () => {
  await running?.ingestor.stop()
  running = undefined
})

const post = (url: string, body: string): Promise<Response> =>
  fetch(url, { method: 'POST', body, headers: signedHeaders(body) })

describe('while Kafka is away', () => {
  it('refuses webhooks with 503 and when to come again, and says so', async () => {
    const { url, producer, ingestor } = await start({ env: { inFlightBatchesMax: '1' } })
    expect(ingestor.isReady()).toEqual({ ok: true, reasons: [] })
    producer.isAutomatic = false
    const stuck = post(url, 'stuck')
    await eventually('it is sent', () => producer.sends.length === 1)
    producer.isWell = false
    const response = await post(url, 'a')
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
    expect(ingestor.isReady()).toEqual({ ok: false, reasons: ['kafka takes no records'] })
    producer.isWell = true
    producer.isAutomatic = true
    producer.sends[0]?.ack()
    expect((await stuck).status).toBe(200)
    expect((await post(url, 'b')).status).toBe(200)
    expect(producer.records.map((record) => String(record.value))).toEqual(['stuck', 'b'])
  })

  it('also refuses them before it was reached for the first time', async () => {
    const { url, ingestor } = await start({ isOpen: false })
    expect((await post(url, 'a')).status).toBe(503)
    expect(ingestor.isReady().ok).toBe(false)
    ingestor.open({ partitionCount: 3 })
    expect((await post(url, 'a')).status).toBe(200)
  })

  it('answers 503 to webhooks that are not durable in time', async () => {
    const { url, producer } = await start({ env: { ackTimeoutMs: '100' } })
    producer.isAutomatic = false
    const response = await post(url, 'a')
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
    producer.sends[0]?.ack()
  })

  it('answers 503 when Kafka refuses the record', async () => {
    const { url, producer } = await start()
    producer.isAutomatic = false
    const answer = post(url, 'a')
    await eventually('it is sent', () => producer.sends.length === 1)
    producer.sends[0]?.refuse(new Error('too large'))
    expect((await answer).status).toBe(503)
  })

  it('still answers handshakes and refusals', async () => {
    const { url } = await start({ isOpen: false })
    const query = 'hub.mode=subscribe&hub.verify_token=verify+me&hub.challenge=1'
    expect((await fetch(`${url}?${query}`)).status).toBe(200)
    expect((await fetch(url, { method: 'PUT' })).status).toBe(405)
  })
})

describe('a stop', () => {
  it('answers what is under way, then closes every connection', async () => {
    const { url, producer, ingestor, port } = await start()
    producer.isAutomatic = false
    const idle = await openRawExchange(port)
    const waiting = post(url, 'a')
    await eventually('it is sent', () => producer.sends.length === 1)
    let isStopped = false
    const stopped = ingestor.stop().then(() => {
      isStopped = true
    })
    expect(ingestor.isReady()).toEqual({ ok: false, reasons: ['draining'] })
    await eventually('no connection is accepted', () =>
      fetch(url).then(
        () => false,
        () => true,
      ),
    )
    const sinceMs = performance.now()
    await eventually('idle connections would be gone', () => performance.now() - sinceMs > 800)
    expect(isStopped).toBe(false)
    producer.sends[0]?.ack()
    const response = await waiting
    expect([response.status, response.headers.get('connection')]).toEqual([200, 'close'])
    await stopped
    await idle.closed()
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  })
})
