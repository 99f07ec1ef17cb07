import { afterEach, describe, expect, it } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { openRawExchange } from '../raw-log/raw-exchange.fixture.ts'
import { signedHeaders, startTestIngestor, type TestIngestor } from '../ingestor.fixture.ts'

let running: TestIngestor | undefined

async function start(
  options: Parameters<typeof startTestIngestor>[0] = {},
): Promise<TestIngestor & { readonly url: string }> {
  running = await startTestIngestor(options)
  return { ...running, url: `http://127.0.0.1:${running.port}/webhooks` }
}

afterEach(async () => {
  await running?.ingestor.stop()
  running = undefined
})

const body = Buffer.from('{"object":"whatsapp_business_account","text":"\\u00e4"}')
const post = (url: string, init: RequestInit = {}): Promise<Response> =>
  fetch(url, { method: 'POST', body, headers: signedHeaders(body), ...init })

/** Everything in an answer that a client can see, except the time. */
async function fullAnswer(response: Response) {
  const headers = Object.fromEntries([...response.headers].filter(([name]) => name !== 'date'))
  return { status: response.status, headers, text: await response.text() }
}

describe('a genuine webhook', () => {
  it('is answered with 200 and stored byte for byte with its receipt', async () => {
    const { url, producer } = await start()
    const bytes = Buffer.from([0, 0xff, 0x80, 0x0a])
    const response = await post(`${url}/main`, { body: bytes, headers: signedHeaders(bytes) })
    expect([response.status, await response.text()]).toEqual([200, ''])
    const [record] = producer.records
    expect(record?.value).toEqual(bytes)
    expect(record?.headers).toMatchObject({
      channel: 'main',
      verification: 'hmac:app-1',
      dialect: 'cloud',
      'content-type': 'application/json',
      'receipt-id': response.headers.get('x-receipt-id'),
    })
    expect(record?.headers?.['receipt-id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/)
    expect(Math.abs(Date.now() - Number(record?.headers?.['received-at']))).toBeLessThan(5_000)
  })

  it('is accepted with its token in the path or in the query', async () => {
    const { url, producer } = await start()
    const token = encodeURIComponent('a url token')
    expect((await post(`${url}/legacy/${token}`)).status).toBe(200)
    expect((await post(`${url}/legacy?token=${token}`)).status).toBe(200)
    expect(producer.records.map((record) => record.headers?.['number'])).toEqual(['4915', '4915'])
  })

  it('may be empty, and may come in pieces', async () => {
    const { url, producer, port } = await start()
    const empty = await post(`${url}/main`, { body: '', headers: signedHeaders('') })
    expect(empty.status).toBe(200)
    const { socket, received } = await openRawExchange(port)
    const signature = signedHeaders('abcdef')['x-hub-signature-256']
    socket.write(
      `POST /webhooks/main HTTP/1.1\r\nhost: x\r\nx-hub-signature-256: ${signature}\r\n` +
        'transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n',
    )
    setImmediate(() => socket.write('3\r\ndef\r\n0\r\n\r\n'))
    await eventually('an answer', () => received().includes('200 OK'))
    socket.destroy()
    expect(producer.records.map((record) => String(record.value))).toEqual(['', 'abcdef'])
  })

  it('is not acked before it is durable', async () => {
    const { url, producer } = await start()
    producer.isAutomatic = false
    let status: number | undefined
    const answered = post(`${url}/main`).then((response) => {
      status = response.status
    })
    await eventually('the record is sent', () => producer.sends.length === 1)
    expect(status).toBeUndefined()
    producer.sends[0]?.ack()
    await answered
    expect(status).toBe(200)
  })
})

describe('a webhook of doubtful origin', () => {
  it('gets the same 401 whatever is wrong, and is not stored', async () => {
    const { url, producer, registry } = await start()
    const wrong = { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }
    const answers = await Promise.all(
      [
        post(`${url}/main`, { headers: wrong }),
        post(`${url}/main`, { headers: {} }),
        post(`${url}/main`, { headers: signedHeaders('another body') }),
        post(`${url}/legacy`),
        post(`${url}/legacy/wrong`),
        post(`${url}/nobody`),
        post(`${url}/nobody/wrong`, { headers: wrong }),
        fetch(`${url}/main?hub.mode=subscribe&hub.challenge=1&hub.verify_token=no`),
        fetch(`${url}/nobody?hub.mode=subscribe&hub.challenge=1&hub.verify_token=no`),
      ].map(async (response) => fullAnswer(await response)),
    )
    expect(answers[0]).toMatchObject({ status: 401, text: 'Unauthorized' })
    for (const other of answers) expect(other).toEqual(answers[0])
    expect(producer.records).toEqual([])
    expect(await registry.metrics()).toContain('wa_ingestor_in_flight_bytes 0')
    const causes = await registry.getSingleMetric('wa_ingestor_rejections_total')?.get()
    expect(
      Object.fromEntries(
        (causes?.values ?? []).map(({ labels, value }) => [
          `${labels['channel']} ${labels['cause']}`,
          value,
        ]),
      ),
    ).toEqual({
      'main wrong_signature': 2,
      'main missing_signature': 1,
      'main wrong_verify_token': 1,
      'legacy missing_token': 1,
      'legacy wrong_token': 1,
      '- unknown_channel': 3,
    })
  })
})

describe('the handshake', () => {
  it('echoes the challenge as plain text', async () => {
    const { url } = await start()
    const query = 'hub.mode=subscribe&hub.verify_token=verify+me&hub.challenge=%3Cb%3E1158201444'
    const response = await fetch(`${url}/main?${query}`)
    expect([response.status, await response.text()]).toEqual([200, '<b>1158201444'])
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it.each([
    'hub.verify_token=verify+me&hub.challenge=1',
    'hub.mode=unsubscribe&hub.verify_token=verify+me&hub.challenge=1',
    'hub.mode=subscribe&hub.verify_token=verify+me',
    'hub.mode=subscribe&hub.verify_token=verify+me&hub.challenge=a%0d%0ab',
    'hub.mode=subscribe&hub.challenge=1',
    '',
  ])('is refused with the query %j', async (query) => {
    const { url } = await start()
    expect((await fetch(`${url}/main?${query}`)).status).toBe(401)
  })
})

describe('a refusal', () => {
  it('ends the connection, unless it asks to come again', async () => {
    const { url, ingestor } = await start()
    const encoded = { ...signedHeaders(body), 'content-encoding': 'gzip' }
    const refusals = await Promise.all([
      post(`${url}/main`, { headers: {} }),
      fetch(`${url}/main`),
      fetch(`${url}/main`, { method: 'PUT' }),
      fetch(new URL('/', url)),
      post(`${url}/main`, { headers: encoded }),
    ])
    expect(refusals.map(({ status, headers }) => [status, headers.get('connection')])).toEqual([
      [401, 'close'],
      [401, 'close'],
      [405, 'close'],
      [404, 'close'],
      [415, 'close'],
    ])
    await ingestor.stop()
    const later = await post(`${(await start({ isOpen: false })).url}/main`)
    expect([later.status, later.headers.get('connection')]).toEqual([503, 'keep-alive'])
  })
})

describe('a request that is no webhook', () => {
  it.each(['PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'])('gets 405 for %s', async (method) => {
    const { url } = await start()
    for (const channel of ['main', 'nobody']) {
      const response = await fetch(`${url}/${channel}`, { method })
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST'])
    }
  })

  it('gets 404 at any other address', async () => {
    const { url } = await start()
    expect((await post(`${url}/`)).status).toBe(404)
    expect((await fetch(new URL('/', url))).status).toBe(404)
  })

  it('gets 415 for an encoded body, but not for identity', async () => {
    const { url, producer } = await start()
    for (const encoding of ['gzip', 'br', 'GZIP', 'deflate, identity']) {
      const headers = { ...signedHeaders(body), 'content-encoding': encoding }
      expect((await post(`${url}/main`, { headers })).status).toBe(415)
    }
    expect(producer.records).toEqual([])
    const headers = { ...signedHeaders(body), 'content-encoding': 'Identity' }
    expect((await post(`${url}/main`, { headers })).status).toBe(200)
  })

  it('is kept whatever its content type, if it is authentic', async () => {
    const { url, producer } = await start()
    const headers = { ...signedHeaders(body), 'content-type': 'text/xml' }
    expect((await post(`${url}/main`, { headers })).status).toBe(200)
    expect(producer.records[0]?.headers?.['content-type']).toBe('text/xml')
  })
})
