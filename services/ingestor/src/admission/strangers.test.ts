// Clients that cannot prove anything before the body is read share one memory. They must neither
// keep genuine webhooks out nor learn which channels there are. Real sockets.
import { afterEach, describe, expect, it } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { signedHeaders, startTestIngestor, type TestIngestor } from '../ingestor.fixture.ts'
import { openRawExchange, type RawExchange } from '../raw-log/raw-exchange.fixture.ts'

const WELL_FORMED = `x-hub-signature-256: sha256=${'0'.repeat(64)}\r\n`
const env = { strangersBytesMax: '1048576', bodyBytesMax: '500000', batchBytesMax: '1000000' }
const exchanges: RawExchange[] = []
let running: TestIngestor | undefined

async function start(options: Parameters<typeof startTestIngestor>[0]): Promise<TestIngestor> {
  running = await startTestIngestor(options)
  return running
}

afterEach(async () => {
  for (const { socket } of exchanges.splice(0)) socket.destroy()
  await running?.ingestor.stop()
  running = undefined
})

async function send(port: number, path: string, rest: string): Promise<RawExchange> {
  const exchange = await openRawExchange(port)
  exchanges.push(exchange)
  exchange.socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\n${rest}`)
  return exchange
}

/** Most of a body, and then nothing more. */
const stall = (port: number, channel: string): Promise<RawExchange> =>
  send(
    port,
    `/webhooks/${channel}`,
    `${WELL_FORMED}content-length: 400000\r\n\r\n${'x'.repeat(300_000)}`,
  )

async function postGenuine(port: number, body: string): Promise<number> {
  const url = `http://127.0.0.1:${port}/webhooks/main`
  const response = await fetch(url, { method: 'POST', body, headers: signedHeaders(body) })
  return response.status
}

const strangersBytes = async ({ registry }: TestIngestor): Promise<number> => {
  const metric = await registry.getSingleMetric('wa_ingestor_strangers_bytes')?.get()
  return metric?.values[0]?.value ?? 0
}

describe('strangers that send most of a body and wait', () => {
  it('do not keep genuine webhooks out, and give way themselves', async () => {
    const started = await start({ env })
    const strangers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => stall(started.port, index % 2 ? 'main' : 'nobody')),
    )
    await eventually(
      'they have what they can have',
      async () =>
        (await strangersBytes(started)) > 500_000 &&
        strangers.some(({ received }) => received().startsWith('HTTP/1.1 408 ')),
    )
    const body = 'x'.repeat(200_000)
    for (let count = 0; count < 20; count += 1) {
      expect(await postGenuine(started.port, body)).toBe(200)
    }
    expect(await strangersBytes(started)).toBeLessThanOrEqual(1_048_576)
  })

  it('do not affect senders who have proved who they are', async () => {
    const started = await start({ env })
    const vouched = await send(
      started.port,
      '/webhooks/legacy/a%20url%20token',
      `content-length: 400000\r\n\r\n${'x'.repeat(200_000)}`,
    )
    await eventually('it is read', async () =>
      /wa_ingestor_in_flight_bytes [1-9]/.test(await started.registry.metrics()),
    )
    const strangers = await Promise.all(
      Array.from({ length: 12 }, () => stall(started.port, 'main')),
    )
    await eventually('some gave way', () =>
      strangers.some(({ received }) => received().startsWith('HTTP/1.1 408 ')),
    )
    vouched.socket.write('x'.repeat(200_000))
    await eventually('it is acked', () => vouched.received().startsWith('HTTP/1.1 200 '))
  })

  it('are given up long before the time for a request is over', async () => {
    const started = await start({ env: { ...env, requestTimeoutMs: '60000' } })
    const { closed } = await stall(started.port, 'main')
    expect(await closed()).toMatch(/^HTTP\/1.1 408 /)
    expect(await started.registry.metrics()).toContain('outcome="too_slow"} 1')
    expect(await strangersBytes(started)).toBe(0)
  })
})

describe('a body in chunks of one byte', () => {
  it('takes no more memory than its length allows', async () => {
    const started = await start({ env: { ...env, strangersRateMin: '0' } })
    const chunks = '1\r\nx\r\n'.repeat(200_000)
    const { socket, received } = await send(
      started.port,
      '/webhooks/main',
      `${WELL_FORMED}transfer-encoding: chunked\r\n\r\n${chunks}`,
    )
    await eventually('it is read', async () => (await strangersBytes(started)) > 200_000)
    expect(await strangersBytes(started)).toBeLessThan(300_000)
    socket.write('0\r\n\r\n')
    await eventually('it is judged', () => received().startsWith('HTTP/1.1 401 '))
  })
})

describe('whether a body is read', () => {
  const paths = ['/webhooks/main', '/webhooks/nobody', '/webhooks/legacy', '/webhooks/legacy/wrong']

  it('does not depend on the channel: without a signature it never is', async () => {
    const { port } = await start({})
    const answers = await Promise.all(
      paths.map(async (path) => {
        const { closed } = await send(port, path, 'content-length: 5\r\n\r\n')
        return (await closed()).replace(/^date: .*$/im, '')
      }),
    )
    expect(answers[0]).toMatch(/^HTTP\/1.1 401 /)
    expect(new Set(answers).size).toBe(1)
  })

  it('does not depend on the channel: with a signature it always is', async () => {
    const started = await start({})
    const tries = await Promise.all(
      paths.map((path) => send(started.port, path, `${WELL_FORMED}content-length: 5\r\n\r\nabcd`)),
    )
    await eventually('what came is read', async () => (await strangersBytes(started)) > 4 * 4)
    await eventually('nobody else is under way', async () =>
      (await started.registry.metrics()).includes('wa_ingestor_in_flight_requests 4'),
    )
    expect(tries.map(({ received }) => received())).toEqual(['', '', '', ''])
    for (const { socket } of tries) socket.write('e')
    const answers = await Promise.all(
      tries.map(async ({ closed }) => (await closed()).replace(/^date: .*$/im, '')),
    )
    expect(answers[0]).toMatch(/^HTTP\/1.1 401 /)
    expect(new Set(answers).size).toBe(1)
  })
})
