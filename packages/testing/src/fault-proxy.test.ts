import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { eventually } from './eventually.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'
import { kafkaApi } from './kafka-frames.ts'

// A server that answers each request with its correlation id; the proxy spoils some answers.

let server: Server
let proxy: FaultProxy

function frame(...fields: readonly Buffer[]): Buffer {
  const body = Buffer.concat(fields)
  const size = Buffer.alloc(4)
  size.writeInt32BE(body.length)
  return Buffer.concat([size, body])
}

function request(apiKey: number, correlationId: number): Buffer {
  const head = Buffer.alloc(8)
  head.writeInt16BE(apiKey, 0)
  head.writeInt32BE(correlationId, 4)
  return frame(head)
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

interface Client {
  readonly socket: Socket
  readonly answered: number[]
  isClosed: boolean
}

async function openClient(): Promise<Client> {
  const socket = connect(proxy.port, '127.0.0.1')
  const client: Client = { socket, answered: [], isClosed: false }
  socket.on('data', (chunk: Buffer) => {
    for (let at = 0; at + 8 <= chunk.length; at += 8)
      client.answered.push(chunk.readInt32BE(at + 4))
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    client.isClosed = true
  })
  return client
}

beforeEach(async () => {
  server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      for (let at = 0; at + 12 <= chunk.length; at += 12) {
        socket.write(frame(int32(chunk.readInt32BE(at + 8))))
      }
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  proxy = await startFaultProxy({ targetPort: port })
})

afterEach(async () => {
  await proxy.close()
  server.close()
})

describe('fault proxy', () => {
  it('passes on requests and answers, even in pieces, and counts them', async () => {
    const client = await openClient()
    const bytes = Buffer.concat([request(kafkaApi.produce, 1), request(kafkaApi.fetch, 2)])
    client.socket.write(bytes.subarray(0, 5))
    client.socket.write(bytes.subarray(5))
    await eventually('both answers', () => client.answered.length === 2)
    expect(client.answered).toEqual([1, 2])
    expect(proxy.requestCount(kafkaApi.produce)).toBe(1)
  })

  it('swallows only the answers to the chosen requests', async () => {
    const client = await openClient()
    proxy.spoil({ kind: 'swallow' }, { apiKey: kafkaApi.produce, count: 2 })
    for (const id of [1, 2, 3]) client.socket.write(request(kafkaApi.produce, id))
    client.socket.write(request(kafkaApi.fetch, 4))
    await eventually('the answers left', () => client.answered.includes(4))
    expect(client.answered).toEqual([3, 4])
  })

  it('delays an answer and those after it', async () => {
    const client = await openClient()
    proxy.spoil({ kind: 'delay', delayMs: 60 }, { apiKey: kafkaApi.produce })
    const startMs = performance.now()
    client.socket.write(request(kafkaApi.produce, 1))
    client.socket.write(request(kafkaApi.fetch, 2))
    await eventually('both answers', () => client.answered.length === 2)
    expect(client.answered).toEqual([1, 2])
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(55)
  })

  it('resets the connection in place of an answer', async () => {
    const client = await openClient()
    proxy.spoil({ kind: 'reset' }, { apiKey: kafkaApi.produce })
    client.socket.write(request(kafkaApi.produce, 1))
    await eventually('the reset', () => client.isClosed)
    expect(client.answered).toEqual([])
  })

  it('cuts all connections, refuses new ones, and mends', async () => {
    const client = await openClient()
    client.socket.write(request(kafkaApi.fetch, 1))
    await eventually('an answer', () => client.answered.length === 1)
    proxy.cut()
    await eventually('the cut', () => client.isClosed)
    const refused = await openClient()
    await eventually('the refusal', () => refused.isClosed)
    proxy.mend()
    const mended = await openClient()
    mended.socket.write(request(kafkaApi.fetch, 2))
    await eventually('an answer', () => mended.answered.length === 1)
  })

  it('keeps silenced connections open without a word, even when mended', async () => {
    const client = await openClient()
    client.socket.write(request(kafkaApi.fetch, 1))
    await eventually('an answer', () => client.answered.length === 1)
    proxy.silence()
    client.socket.write(request(kafkaApi.fetch, 2))
    proxy.mend()
    const other = await openClient()
    other.socket.write(request(kafkaApi.fetch, 3))
    await eventually('an answer on a new connection', () => other.answered.length === 1)
    expect(client.answered).toEqual([1])
    expect(client.isClosed).toBe(false)
  })

  it('holds a request, and those after it, until its hook releases it', async () => {
    const client = await openClient()
    const held = Promise.withResolvers<void>()
    const ports: number[] = []
    const remove = proxy.onRequest(kafkaApi.endTxn, ({ clientPort }) => {
      ports.push(clientPort)
      return held.promise
    })
    client.socket.write(request(kafkaApi.endTxn, 1))
    client.socket.write(request(kafkaApi.fetch, 2))
    await eventually('the hook is asked', () => ports.length === 1)
    expect(ports).toEqual([client.socket.localPort])
    expect(client.answered).toEqual([])
    held.resolve()
    await eventually('both answers', () => client.answered.length === 2)
    remove()
    client.socket.write(request(kafkaApi.endTxn, 3))
    await eventually('the third answer', () => client.answered.length === 3)
    expect(ports).toHaveLength(1)
  })

  it('drops the answer that a hook chooses', async () => {
    const client = await openClient()
    proxy.onAnswer(kafkaApi.endTxn, () => 'drop')
    client.socket.write(request(kafkaApi.endTxn, 1))
    client.socket.write(request(kafkaApi.fetch, 2))
    await eventually('the answer left', () => client.answered.length === 1)
    expect(client.answered).toEqual([2])
  })

  it('loses only answers when silenced in that direction', async () => {
    const client = await openClient()
    client.socket.write(request(kafkaApi.fetch, 1))
    await eventually('an answer', () => client.answered.length === 1)
    proxy.silence('answers')
    client.socket.write(request(kafkaApi.produce, 2))
    await eventually('the request came through', () => proxy.requestCount(kafkaApi.produce) === 1)
    expect(client.answered).toEqual([1])
  })
})
