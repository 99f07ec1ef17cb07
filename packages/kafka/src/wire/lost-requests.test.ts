import { once } from 'node:events'
import { createRequire } from 'node:module'
import { connect, createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { loseNoRequest } from './lost-requests.ts'

// The shipped class, on which the amendment is made in place: one test file, one copy.

const load = createRequire(import.meta.url)
const Shipped = load('kafkajs/src/network/connection.js')
const Encoder = load('kafkajs/src/protocol/encoder.js')
const { KafkaJSConnectionError } = load('kafkajs/src/errors.js')

interface Connection {
  readonly requestQueue: { destroy(): void }
  connect(): Promise<unknown>
  disconnect(): Promise<unknown>
  send(request: object): Promise<Buffer>
}

const request = {
  request: { apiKey: 18, apiVersion: 0, apiName: 'ApiVersions', encode: async () => new Encoder() },
  response: {
    decode: async (payload: Buffer) => payload,
    parse: async (payload: Buffer) => payload,
  },
}
const log = (): void => undefined
const logger = { namespace: () => ({ debug: log, warn: log, error: log, info: log }) }

let answer: (socket: Socket, correlationId: number, connectionNumber: number) => void
let connections = 0
const server = createServer((socket) => {
  const number = ++connections
  socket.on('error', log)
  socket.on('data', (data: Buffer) => answer(socket, data.readInt32BE(8), number))
})
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => {
  server.close()
})

function open(): Connection {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('no port')
  const { port } = address
  return new Shipped({
    host: '127.0.0.1',
    port,
    logger,
    requestTimeout: 200,
    connectionTimeout: 1_000,
    socketFactory: ({ onConnect }: { readonly onConnect: () => void }) =>
      connect(port, '127.0.0.1', onConnect),
  })
}

function frameOf(correlationId: number, text: string): Buffer {
  const frame = Buffer.alloc(8 + text.length)
  frame.writeInt32BE(4 + text.length, 0)
  frame.writeInt32BE(correlationId, 4)
  frame.write(text, 8)
  return frame
}

/** The first connection ends in the middle of its answer, the others answer. */
function answerHalfAtFirst(): void {
  connections = 0
  answer = (socket, correlationId, number) => {
    if (number > 1) socket.write(frameOf(correlationId, 'whole'))
    else socket.end(frameOf(correlationId, 'a longer one').subarray(0, 11))
  }
}

async function askTwice(connection: Connection): Promise<string> {
  await connection.connect()
  await expect(connection.send(request)).rejects.toThrow('Closed connection')
  await connection.connect()
  return await connection.send(request).then(String, (error: unknown) => String(error))
}

describe('connection', () => {
  it('as shipped takes a new answer as the rest of an old one', async () => {
    answerHalfAtFirst()
    const connection = open()
    expect(await askTwice(connection)).not.toBe('whole')
    await connection.disconnect()
  })

  it('as amended begins each socket with nothing read', async () => {
    loseNoRequest(Shipped, KafkaJSConnectionError)
    answerHalfAtFirst()
    const connection = open()
    expect(await askTwice(connection)).toBe('whole')
    await connection.disconnect()
  })

  it('as amended ends a request whose timer the client has stopped', async () => {
    answer = () => undefined
    const connection = open()
    await connection.connect()
    const sent = connection.send(request)
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
    connection.requestQueue.destroy()
    await expect(sent).rejects.toMatchObject({
      name: 'KafkaJSConnectionError',
      retriable: true,
      message: 'no answer to ApiVersions in time',
    })
    await connection.disconnect()
  })
})
