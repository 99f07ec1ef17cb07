import { request } from 'node:http'
import { afterEach, describe, expect, it } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { openRawExchange } from '../raw-log/raw-exchange.fixture.ts'
import { signedHeaders, startTestIngestor, type TestIngestor } from '../ingestor.fixture.ts'

const LIMIT = 2_048
/** A request that only its body can prove wrong. */
const HEAD = `POST /webhooks/main HTTP/1.1\r\nhost: x\r\nx-hub-signature-256: sha256=${'0'.repeat(64)}\r\n`
let running: TestIngestor | undefined

async function start(
  options: Parameters<typeof startTestIngestor>[0] = {},
): Promise<TestIngestor & { readonly url: string }> {
  running = await startTestIngestor({
    ...options,
    env: { bodyBytesMax: String(LIMIT), ...options.env },
  })
  return { ...running, url: `http://127.0.0.1:${running.port}/webhooks/main` }
}

afterEach(async () => {
  await running?.ingestor.stop()
  running = undefined
})

const post = (url: string, body: Uint8Array | string): Promise<Response> =>
  fetch(url, { method: 'POST', body: Buffer.from(body), headers: signedHeaders(body) })

describe('a body over the limit', () => {
  it('gets 413, and one at the limit 200', async () => {
    const { url } = await start()
    expect((await post(url, 'x'.repeat(LIMIT))).status).toBe(200)
    expect((await post(url, 'x'.repeat(LIMIT + 1))).status).toBe(413)
  })

  it('gets 413 by its declared length, before any of it was sent', async () => {
    const { port } = await start()
    const { socket, closed } = await openRawExchange(port)
    socket.write('POST /webhooks/main HTTP/1.1\r\nhost: x\r\ncontent-length: 100000000\r\n\r\n')
    expect(await closed()).toMatch(/^HTTP\/1.1 413 .*connection: close/is)
  })

  it('gets 413 in chunks without being read to its end', async () => {
    const { port, producer } = await start()
    const { socket, received, closed } = await openRawExchange(port)
    socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n`)
    const chunk = `1000\r\n${'x'.repeat(0x1000)}\r\n`
    const endless = setInterval(() => {
      if (socket.writable) socket.write(chunk)
    }, 1)
    await eventually('the answer', () => received().startsWith('HTTP/1.1 413 '))
    await closed()
    clearInterval(endless)
    expect(socket.bytesWritten).toBeLessThan(16 * 1_048_576)
    expect(producer.records).toEqual([])
  })

  it('is not asked for when the client waits for 100 Continue', async () => {
    const { port } = await start()
    const { socket, closed, received } = await openRawExchange(port)
    socket.write(
      'POST /webhooks/main HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n' +
        'content-length: 100000\r\n\r\n',
    )
    await closed()
    expect(received()).toMatch(/^HTTP\/1.1 413 /)
  })

  it('does not keep a small one from being asked for', async () => {
    const { port } = await start()
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { ...signedHeaders('ok'), expect: '100-continue', 'content-length': '2' }
      const sent = request({ port, path: '/webhooks/main', method: 'POST', headers })
      sent.on('continue', () => sent.end('ok'))
      sent.on('response', (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      sent.on('error', reject)
    })
    expect(status).toBe(200)
  })
})

describe('a body of another length than declared', () => {
  it('is cut at the length and what follows is no request', async () => {
    const { port, producer } = await start()
    const { socket, closed } = await openRawExchange(port)
    const { 'x-hub-signature-256': signature } = signedHeaders('abc')
    socket.write(
      `POST /webhooks/main HTTP/1.1\r\nhost: x\r\nx-hub-signature-256: ${signature}\r\n` +
        'content-length: 3\r\n\r\nabcdefgh\r\n\r\n',
    )
    expect(await closed()).toContain('400 Bad Request')
    expect(producer.records.every((record) => String(record.value) === 'abc')).toBe(true)
  })

  it('is waited for no longer than the request timeout', async () => {
    const { port, producer } = await start({
      env: { requestTimeoutMs: '300', headersTimeoutMs: '300' },
    })
    const { socket, closed } = await openRawExchange(port)
    socket.write(`${HEAD}content-length: 1000\r\n\r\nabc`)
    expect(await closed()).toMatch(/^HTTP\/1.1 408 /)
    expect(producer.records).toEqual([])
  })

  it('is refused when it is declared in two ways', async () => {
    const { port } = await start()
    const { socket, closed } = await openRawExchange(port)
    socket.write(
      'POST /webhooks/main HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n' +
        'transfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    )
    expect(await closed()).toMatch(/^HTTP\/1.1 400 /)
  })
})

describe('a slow or silent client', () => {
  const env = { requestTimeoutMs: '400', headersTimeoutMs: '300', keepAliveTimeoutMs: '300' }

  it('is closed when its headers drip in', async () => {
    const { port, registry } = await start({ env })
    const { socket, closed } = await openRawExchange(port)
    socket.write('POST /webhooks/main HTTP/1.1\r\n')
    const drip = setInterval(() => {
      if (socket.writable) socket.write('x-a: b\r\n')
    }, 50)
    expect(await closed()).toMatch(/^HTTP\/1.1 408 /)
    clearInterval(drip)
    expect(await registry.metrics()).toContain(
      'wa_ingestor_connection_problems_total{problem="timeout"} 1',
    )
  })

  it('is closed when it says nothing, at first or after a request', async () => {
    const { port } = await start({ env })
    const silent = await openRawExchange(port)
    const once = await openRawExchange(port)
    once.socket.write('GET /webhooks/main HTTP/1.1\r\nhost: x\r\n\r\n')
    await silent.closed()
    expect(await once.closed()).toMatch(/^HTTP\/1.1 401 /)
  })

  it('may not send endless headers', async () => {
    const { port } = await start()
    const { socket, closed } = await openRawExchange(port)
    socket.write(`GET /webhooks/main HTTP/1.1\r\nx-long: ${'x'.repeat(20_000)}\r\n\r\n`)
    expect(await closed()).toMatch(/^HTTP\/1.1 431 /)
  })
})

describe('overload', () => {
  it('is met with 503 when too many requests wait', async () => {
    const { url, producer } = await start({ env: { inFlightRequestsMax: '2' } })
    producer.isAutomatic = false
    const waiting = [post(url, 'a'), post(url, 'b')]
    await eventually('both are sent', () => producer.records.length === 2)
    const refused = await post(url, 'c')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
    for (const send of producer.sends) send.ack()
    expect((await Promise.all(waiting)).map((response) => response.status)).toEqual([200, 200])
    producer.isAutomatic = true
    expect((await post(url, 'd')).status).toBe(200)
  })

  it('is met with 503 when too many bytes wait, and ends with them', async () => {
    const { url, producer, registry } = await start({
      env: { inFlightBytesMax: '1048576', bodyBytesMax: '700000', batchBytesMax: '1000000' },
    })
    producer.isAutomatic = false
    const waiting = post(url, 'x'.repeat(600_000))
    await eventually('it is sent', () => producer.records.length === 1)
    expect((await post(url, 'x'.repeat(600_000))).status).toBe(503)
    expect(await registry.metrics()).toContain('wa_ingestor_in_flight_bytes 600000')
    producer.sends[0]?.ack()
    expect((await waiting).status).toBe(200)
    producer.isAutomatic = true
    expect((await post(url, 'x'.repeat(600_000))).status).toBe(200)
    expect(await registry.metrics()).toContain('wa_ingestor_in_flight_bytes 0')
  })

  it('leaves nothing behind when it is broken by a bug', async () => {
    const beginRequest = (): never => {
      throw new Error('a bug')
    }
    const { url, registry } = await start({ beginRequest })
    expect((await post(url, 'a')).status).toBe(500)
    expect(await registry.metrics()).toContain('wa_ingestor_in_flight_bytes 0')
  })

  it('leaves nothing behind when clients give up', async () => {
    const { port, registry } = await start()
    const { socket } = await openRawExchange(port)
    socket.write(`${HEAD}content-length: 1000\r\n\r\nabc`)
    await eventually('it is read', async () =>
      /wa_ingestor_strangers_bytes [1-9]/.test(await registry.metrics()),
    )
    socket.destroy()
    await eventually('it is forgotten', async () =>
      (await registry.metrics()).includes('wa_ingestor_strangers_bytes 0'),
    )
    expect(await registry.metrics()).toContain('outcome="aborted"} 1')
    expect(await registry.metrics()).toContain('wa_ingestor_in_flight_requests 0')
  })
})
