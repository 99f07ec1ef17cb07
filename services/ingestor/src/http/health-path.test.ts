import { afterEach, describe, expect, it } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { startTestIngestor, type TestIngestor } from '../ingestor.fixture.ts'
import { openRawExchange } from '../raw-log/raw-exchange.fixture.ts'

let running: TestIngestor | undefined

async function start(
  options: Parameters<typeof startTestIngestor>[0] = {},
): Promise<TestIngestor & { readonly url: string }> {
  running = await startTestIngestor(options)
  return { ...running, url: `http://127.0.0.1:${running.port}/health` }
}

afterEach(async () => {
  await running?.ingestor.stop()
  running = undefined
})

const GET = 'GET /health HTTP/1.1\r\nhost: x\r\n\r\n'

describe('the health path of the public port', () => {
  it('says whether webhooks can be made durable, and nothing else', async () => {
    const { url, ingestor } = await start({ isOpen: false })
    const before = await fetch(url)
    expect([before.status, await before.text()]).toEqual([503, 'Service Unavailable'])
    ingestor.open({ partitionCount: 3 })
    const after = await fetch(url)
    expect([after.status, await after.text()]).toEqual([200, 'OK'])
    expect(Object.fromEntries([...after.headers].filter(([name]) => name !== 'date'))).toEqual({
      'cache-control': 'no-store',
      connection: 'keep-alive',
      'content-length': '2',
      'content-type': 'text/plain; charset=utf-8',
      'keep-alive': 'timeout=620',
      'x-content-type-options': 'nosniff',
    })
    const head = await fetch(url, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
  })

  it('is counted apart from requests', async () => {
    const { url, registry } = await start()
    await fetch(url)
    const metrics = await registry.metrics()
    expect(metrics).toContain('wa_ingestor_health_checks_total{answer="ready"} 1')
    const requests = await registry.getSingleMetric('wa_ingestor_requests_total')?.get()
    expect(requests?.values.filter(({ value }) => value > 0)).toEqual([])
  })

  it('says 503 from the beginning of a stop, while connections are still accepted', async () => {
    const { ingestor, port } = await start({ env: { drainDelayMs: '1000' } })
    const kept = await openRawExchange(port)
    kept.socket.write(GET)
    await eventually('it is well', () => kept.received().startsWith('HTTP/1.1 200 '))
    const stopped = ingestor.stop()
    kept.socket.write(GET)
    const fresh = await openRawExchange(port)
    fresh.socket.write(GET)
    await eventually(
      'both are answered',
      () =>
        kept.received().includes('HTTP/1.1 503 ') && fresh.received().startsWith('HTTP/1.1 503 '),
    )
    await stopped
  })

  it('does not accept any data', async () => {
    const { url } = await start()
    expect((await fetch(url, { method: 'POST', body: 'x' })).status).toBe(404)
    expect((await fetch(`${url}/more`)).status).toBe(404)
  })
})
