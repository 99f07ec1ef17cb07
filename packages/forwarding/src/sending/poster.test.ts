// Goal: whatever a receiver does, a request ends in time with an answer that is true. Method: real
// servers on this host, one for each way in which receivers go wrong.
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createSocketServer, type Server } from 'node:net'
import { type TLSSocket } from 'node:tls'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createTestAuthority } from '@wabastream/testing'
import { type Destination } from '../destinations/destination.ts'
import { parseDestinations } from '../destinations/destination-file.ts'
import { createPoster, type Poster } from './poster.ts'

const webhook = {
  receiptId: 'r',
  contentType: null,
  signature: null,
  body: Buffer.from('{"a":1}'),
}
const closing: (() => Promise<unknown>)[] = []

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(async () => server.close())
  const address: AddressInfo | string | null = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function destinationOf(url: string, more: object = {}): Destination {
  const text = JSON.stringify({
    destinations: [{ name: 'd', url, allow: ['loopback'], timeoutMs: 500, ...more }],
  })
  const { content, problems } = parseDestinations(text, {
    env: secrets,
    directory: '.',
  })
  expect(problems).toEqual([])
  const [destination] = content?.destinations ?? []
  if (destination === undefined) throw new Error('there is no destination')
  return destination
}

const secrets: Record<string, string> = {}

function posterTo(destination: Destination): Poster {
  const poster = createPoster(destination)
  closing.push(() => poster.close())
  return poster
}

async function answerOf(listener: RequestListener) {
  const server = createServer(listener)
  const port = await listen(server)
  closing.push(async () => server.closeAllConnections())
  return posterTo(destinationOf(`http://127.0.0.1:${port}/`)).post(webhook, null)
}

describe('a poster', () => {
  it.each([
    [204, { kind: 'acknowledged', status: 204 }],
    [302, { kind: 'misdirected', status: 302 }],
    [400, { kind: 'refused', status: 400 }],
    [401, { kind: 'misdirected', status: 401 }],
    [404, { kind: 'misdirected', status: 404 }],
    [408, { kind: 'failed', status: 408, retryAfterMs: null }],
    [500, { kind: 'failed', status: 500, retryAfterMs: null }],
  ])('takes %d for what it means, and follows no redirect', async (status, wanted) => {
    let requests = 0
    const answer = await answerOf((_, response) => {
      requests += 1
      response.writeHead(status, { location: '/elsewhere' }).end()
    })
    expect([answer, requests]).toEqual([wanted, 1])
  })

  it('reads Retry-After as seconds and as a date', async () => {
    const at = new Date(Date.now() + 60_000).toUTCString()
    const answers = [
      await answerOf((_, response) => response.writeHead(429, { 'retry-after': '7' }).end()),
      await answerOf((_, response) => response.writeHead(503, { 'retry-after': at }).end()),
      await answerOf((_, response) => response.writeHead(503, { 'retry-after': 'soon' }).end()),
    ].map((answer) => ('retryAfterMs' in answer ? answer.retryAfterMs : undefined))
    expect(answers).toEqual([7_000, expect.any(Number), null])
    expect(answers[1]).toBeGreaterThan(50_000)
  })

  it('gives up an answer that comes late, or one byte at a time', async () => {
    const late = await answerOf(() => {})
    const slow = await answerOf((_, response) => {
      response.writeHead(200, { 'content-length': '100' })
      const timer = setInterval(() => response.write('x'), 50)
      response.on('close', () => clearInterval(timer))
    })
    expect([late, slow]).toEqual([
      { kind: 'unreachable', cause: 'timeout' },
      { kind: 'unreachable', cause: 'timeout' },
    ])
  })

  it('believes no answer that breaks off', async () => {
    const answer = await answerOf((request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('x')
      setTimeout(() => request.socket.destroy(), 20)
    })
    expect(answer).toEqual({ kind: 'unreachable', cause: 'broken_answer' })
  })

  it('reads no more of a long answer than it needs', async () => {
    let written = 0
    const answer = await answerOf((_, response) => {
      response.writeHead(200)
      const more = (): void => {
        if (response.destroyed) return
        written += 65_536
        if (response.write(Buffer.alloc(65_536))) setImmediate(more)
        else response.once('drain', more)
      }
      more()
    })
    expect(answer).toEqual({ kind: 'acknowledged', status: 200 })
    expect(written).toBeLessThan(50_000_000)
  })

  it('says that nobody listens, and that what listens speaks something else', async () => {
    const server = createSocketServer((socket) => {
      socket.once('data', () => socket.end('SSH-2.0-x\r\n'))
    })
    const port = await listen(server)
    const url = `http://127.0.0.1:${port}/`
    expect(await posterTo(destinationOf(url)).post(webhook, null)).toEqual({
      kind: 'unreachable',
      cause: 'broken_answer',
    })
    await Promise.all(closing.splice(0).map((close) => close()))
    expect(await posterTo(destinationOf(url)).post(webhook, null)).toEqual({
      kind: 'unreachable',
      cause: 'connection',
    })
  })

  it('sends a record whose headers no request can have, without what is wrong in them', async () => {
    const seen: (string | undefined)[] = []
    const port = await listen(
      createServer(({ headers }, response) => {
        seen.push(headers['content-type'], String(headers['x-wabastream-receipt-id']))
        response.end()
      }),
    )
    const poster = posterTo(destinationOf(`http://127.0.0.1:${port}/`))
    const spoiled = { ...webhook, receiptId: 'a\r\nb: c', contentType: 'text/\u2028' }
    expect(await poster.post(spoiled, null)).toMatchObject({ kind: 'acknowledged' })
    expect(seen).toEqual(['application/json', 'a%0D%0Ab%3A%20c'])
  })

  it('connects to no address of this host unless that is allowed', async () => {
    let connections = 0
    const port = await listen(createSocketServer(() => (connections += 1)))
    const destination = destinationOf(`http://localhost:${port}/`, { allow: [] })
    expect(await posterTo(destination).post(webhook, null)).toEqual({
      kind: 'unreachable',
      cause: 'address_refused',
    })
    expect(connections).toBe(0)
  })

  it('believes only the authorities that it is given, and shows its own certificate', async () => {
    const [authority, stranger] = [
      await createTestAuthority('ours'),
      await createTestAuthority('other'),
    ]
    const [own, client] = [await authority.issue('localhost'), await authority.issue('forwarder')]
    const shown: string[] = []
    const server = createTlsServer(
      { ...own, ca: authority.cert, requestCert: true, rejectUnauthorized: false },
      (request, response) => {
        const { subject } = (request.socket as TLSSocket).getPeerCertificate()
        shown.push(String(subject?.CN))
        response.end()
      },
    )
    const url = `https://localhost:${await listen(server)}/`
    Object.assign(secrets, { OURS: authority.cert, OTHER: stranger.cert })
    Object.assign(secrets, { CERT: client.cert, KEY: client.key })
    const mutual = {
      authorities: { env: 'OURS' },
      clientCertificate: { certificate: { env: 'CERT' }, key: { env: 'KEY' } },
    }
    const answers = []
    for (const more of [{}, { authorities: { env: 'OTHER' } }, mutual]) {
      answers.push(await posterTo(destinationOf(url, more)).post(webhook, null))
    }
    expect(answers).toEqual([
      { kind: 'unreachable', cause: 'tls' },
      { kind: 'unreachable', cause: 'tls' },
      { kind: 'acknowledged', status: 200 },
    ])
    expect(shown).toEqual(['forwarder'])
  })
})
