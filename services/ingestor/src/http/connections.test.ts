// A client that only holds a connection must neither keep others out, nor cost more than it may,
// nor delay a stop. Real sockets and a real server.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { afterEach, describe, expect, it } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { testCertificate } from '../tls/certificate.fixture.ts'
import { signedHeaders, startTestIngestor, type TestIngestor } from '../ingestor.fixture.ts'
import { openRawExchange } from '../raw-log/raw-exchange.fixture.ts'
import { startPublicServer } from './public-server.ts'

let running: TestIngestor | undefined
const sockets: Socket[] = []

async function start(options: Parameters<typeof startTestIngestor>[0]): Promise<TestIngestor> {
  running = await startTestIngestor(options)
  return running
}

afterEach(async () => {
  await running?.ingestor.stop()
  running = undefined
  for (const socket of sockets.splice(0)) socket.destroy()
})

async function openSilently(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  sockets.push(socket)
  await once(socket, 'connect')
  return socket
}

const count = async ({ registry }: TestIngestor, problem: string): Promise<number | undefined> => {
  const metric = await registry.getSingleMetric('wa_ingestor_connection_problems_total')?.get()
  return metric?.values.find(({ labels }) => labels['problem'] === problem)?.value
}

function webhook(body: string): string {
  const { 'x-hub-signature-256': signature } = signedHeaders(body)
  return (
    'POST /webhooks/main HTTP/1.1\r\nhost: x\r\n' +
    `x-hub-signature-256: ${signature}\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  )
}

describe('a connection that never finishes its TLS handshake', () => {
  const tls = testCertificate

  it('is closed in time, even if the client has long ended its half', async () => {
    const started = await start({ tls, env: { headersTimeoutMs: '200' } })
    const [silent, ended] = [await openSilently(started.port), await openSilently(started.port)]
    ended.end()
    await eventually('both are closed', () => silent.destroyed && ended.destroyed)
    expect(await count(started, 'handshake')).toBeGreaterThan(0)
  })

  it('makes room for the next one', async () => {
    const started = await start({ tls, env: { connectionsMax: '3' } })
    const silent = await Promise.all([1, 2, 3].map(() => openSilently(started.port)))
    const socket = connectSecurely({ port: started.port, ca: tls.cert, host: '127.0.0.1' })
    sockets.push(socket)
    let text = ''
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk
    })
    socket.write(webhook('genuine'))
    await eventually('it is acked', () => text.startsWith('HTTP/1.1 200'))
    await eventually('the oldest is closed', () => silent.some((one) => one.destroyed))
    expect(await count(started, 'evicted')).toBe(1)
  })

  it('does not delay a stop', async () => {
    const started = await start({ tls })
    const silent = await openSilently(started.port)
    await started.ingestor.stop()
    await eventually('it is closed', () => silent.destroyed)
  })
})

describe('a connection on which nothing was sent yet', () => {
  it('is served after a pause that is longer than a head may take', async () => {
    const started = await start({ env: { headersTimeoutMs: '100', requestTimeoutMs: '100' } })
    const ahead = await openRawExchange(started.port)
    // One that sends half a head is closed meanwhile, so enough time has passed.
    const dripping = await openRawExchange(started.port)
    dripping.socket.write('POST /webh')
    expect(await dripping.closed()).toMatch(/^HTTP\/1.1 408 /)
    expect(ahead.received()).toBe('')
    ahead.socket.write(webhook('late'))
    await eventually('it is acked', () => ahead.received().startsWith('HTTP/1.1 200'))
    ahead.socket.destroy()
  })

  it('is closed without an answer when it stays silent', async () => {
    const started = await start({ env: { headersTimeoutMs: '100', keepAliveTimeoutMs: '300' } })
    const { closed } = await openRawExchange(started.port)
    expect(await closed()).toBe('')
    expect([await count(started, 'silent'), await count(started, 'timeout')]).toEqual([1, 0])
  })
})

describe('more connections than there may be', () => {
  it('cost strangers theirs first', async () => {
    const started = await start({ env: { connectionsMax: '2' } })
    const silent = [await openRawExchange(started.port), await openRawExchange(started.port)]
    const genuine = await openRawExchange(started.port)
    await Promise.race(silent.map((one) => one.closed()))
    genuine.socket.write(webhook('a'))
    await eventually('it is acked', () => genuine.received().startsWith('HTTP/1.1 200'))
    // From now on it stays, however many others come.
    const strangers = await Promise.all([1, 2, 3, 4].map(() => openRawExchange(started.port)))
    await eventually(
      'all but the last are closed',
      () => [...silent, ...strangers].filter((one) => !one.socket.destroyed).length <= 1,
    )
    genuine.socket.write(webhook('b'))
    await eventually('it is acked', () => started.producer.records.length === 2)
    for (const { socket } of [...strangers, genuine]) socket.destroy()
  })

  it('are refused if no other has a lesser right', async () => {
    const started = await start({ env: { connectionsMax: '1' } })
    const genuine = await openRawExchange(started.port)
    genuine.socket.write(webhook('a'))
    await eventually('it is acked', () => genuine.received().startsWith('HTTP/1.1 200'))
    const second = await openRawExchange(started.port)
    expect(await second.closed()).toBe('')
    expect(await count(started, 'limit')).toBe(1)
    expect(genuine.socket.destroyed).toBe(false)
    genuine.socket.destroy()
  })
})

describe('a client that does not read its answers', () => {
  it('is closed when too many requests wait for theirs', async () => {
    const started = await start({})
    started.producer.isAutomatic = false
    const { socket, closed } = await openRawExchange(started.port)
    socket.write(webhook('x').repeat(40))
    expect(await closed()).toBe('')
    expect(await count(started, 'pipelined')).toBe(1)
    for (const send of started.producer.sends) send.ack()
    started.producer.isAutomatic = true
    await eventually('nothing is left of it', async () =>
      (await started.registry.metrics()).includes('wa_ingestor_in_flight_requests 0'),
    )
  })

  it('is closed when an answer is not taken in time', async () => {
    const problems: string[] = []
    const server = await startPublicServer(
      (_, response) => {
        response.end(Buffer.alloc(64 * 1_048_576))
      },
      {
        host: '127.0.0.1',
        port: 0,
        tls: null,
        connectionsMax: 10,
        headerBytesMax: 16_384,
        headersTimeoutMs: 200,
        requestTimeoutMs: 200,
        keepAliveTimeoutMs: 60_000,
        bodyBytesMax: 1,
        onConnectionProblem: (problem) => {
          problems.push(problem)
        },
      },
    )
    const socket = await openSilently(server.port)
    const closed = once(socket, 'close')
    socket.pause().write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    await eventually('it is given up', () => problems.includes('unread'))
    socket.resume()
    await closed
    await server.drain({ hasRequests: () => false, readingMsMax: 0, msMax: 0 })
  })
})

describe('a stop', () => {
  it('does not wait for a client that stalls in its body, and answers complete requests', async () => {
    const started = await start({ env: { shutdownTimeoutMs: '2000' } })
    started.producer.isAutomatic = false
    const stalled = await openRawExchange(started.port)
    stalled.socket.write(webhook('complete').slice(0, -1))
    const complete = await openRawExchange(started.port)
    complete.socket.write(webhook('complete'))
    await eventually('it is sent', () => started.producer.sends.length === 1)
    const stopped = started.ingestor.stop()
    expect(await stalled.closed()).toBe('')
    started.producer.sends[0]?.ack()
    await stopped
    expect(await complete.closed()).toMatch(/^HTTP\/1.1 200 /)
  })
})
