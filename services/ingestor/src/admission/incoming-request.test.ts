// What Node promises about the bodies of requests has to hold when they go past the stream. Real
// sockets and a real server.
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { afterEach, describe, expect, it } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { openRawExchange, type RawExchange } from '../raw-log/raw-exchange.fixture.ts'
import { IncomingRequest } from './incoming-request.ts'

const HEAD = 'POST / HTTP/1.1\r\nhost: x\r\n'
const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function open(
  listener: (request: IncomingRequest, response: ServerResponse) => void,
): Promise<RawExchange> {
  const server = createServer({ IncomingMessage: IncomingRequest }, listener)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const exchange = await openRawExchange(address.port)
  closing.push(() => {
    exchange.socket.destroy()
    server.close()
  })
  return exchange
}

/** Notes what a body brings, and answers its end. */
function receive(request: IncomingRequest, response: ServerResponse, events: string[]): void {
  request.sendBodyTo({
    receiveChunk: (chunk) => events.push(chunk.toString()),
    receiveEnd() {
      events.push('end')
      response.end()
    },
    receiveAbort: () => events.push('abort'),
  })
}

const answers = ({ received }: RawExchange): number => received().split('HTTP/1.1 200').length - 1

describe('a body that is sent to a receiver', () => {
  it('comes as it came in, request after request on one connection', async () => {
    const events: string[] = []
    const exchange = await open((request, response) => receive(request, response, events))
    exchange.socket.write(`${HEAD}content-length: 4\r\n\r\nab`)
    await eventually('a part is there', () => events.length > 0)
    exchange.socket.write(`cd${HEAD}content-length: 0\r\n\r\n`)
    exchange.socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n1\r\ne\r\n1\r\nf\r\n0\r\n\r\n`)
    await eventually('all are answered', () => answers(exchange) === 3)
    expect(events).toEqual(['ab', 'cd', 'end', 'end', 'e', 'f', 'end'])
  })

  it('ends once with its connection, but not after its end', async () => {
    const events: string[] = []
    const requests: IncomingRequest[] = []
    const exchange = await open((request, response) => {
      requests.push(request)
      receive(request, response, events)
    })
    exchange.socket.write(`${HEAD}content-length: 2\r\n\r\nab${HEAD}content-length: 2\r\n\r\nc`)
    await eventually('a part of the second is there', () => events.length === 3)
    exchange.socket.resetAndDestroy()
    await eventually('the server knows', () => requests.at(-1)?.destroyed === true)
    expect(events).toEqual(['ab', 'end', 'c', 'abort'])
  })

  it('is read to its end when it is dropped, so that the next request is found', async () => {
    let seen = 0
    const exchange = await open((request, response) => {
      seen += 1
      request.sendBodyTo({
        receiveChunk() {
          request.dropBody()
          response.end()
        },
        receiveEnd: () => response.end(),
        receiveAbort: () => {},
      })
    })
    exchange.socket.write(`${HEAD}content-length: 200000\r\n\r\nx`)
    await eventually('it is answered', () => answers(exchange) === 1)
    exchange.socket.write(`${'x'.repeat(199_999)}${HEAD}content-length: 0\r\n\r\n`)
    await eventually('the next is answered', () => answers(exchange) === 2)
    expect(seen).toBe(2)
  })
})

describe('a body that nobody asks for', () => {
  it('is a stream as usual', async () => {
    const chunks: unknown[] = []
    const exchange = await open((request, response) => {
      request.on('data', (chunk) => chunks.push(chunk))
      request.on('end', () => response.end())
    })
    exchange.socket.write(`${HEAD}content-length: 2\r\n\r\nab`)
    await eventually('it is answered', () => answers(exchange) === 1)
    expect(String(chunks)).toBe('ab')
  })
})
