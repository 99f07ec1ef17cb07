import { once } from 'node:events'
import { Agent, createServer, type RequestListener, type Server } from 'node:http'
import { connect, createServer as createTcpServer, type Server as TcpServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { type Answer, postWebhook } from './post-webhook.ts'

const closing: (() => Promise<void>)[] = []
let agent: Agent

beforeEach(() => {
  agent = new Agent({ keepAlive: true })
})

afterEach(async () => {
  agent.destroy()
  for (const close of closing.splice(0)) await close()
})

async function listen(server: Server | TcpServer): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return `http://127.0.0.1:${address.port}`
}

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  closing.push(async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  })
  return listen(server)
}

const post = (url: string, timeoutMs = 60_000): Promise<Answer> =>
  postWebhook({ path: '/hook', headers: {}, body: Buffer.from('{}') }, { agent, url, timeoutMs })

describe('postWebhook', () => {
  it('reads status and headers', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(503, { 'retry-after': '7' }).end()
    })
    expect(await post(url)).toMatchObject({ status: 503, retryAfterMs: 7_000 })
  })

  it('follows no redirect', async () => {
    const paths: (string | undefined)[] = []
    const url = await serve((request, response) => {
      paths.push(request.url)
      response.writeHead(307, { location: '/elsewhere' }).end()
    })
    expect(await post(url)).toMatchObject({ status: 307 })
    expect(paths).toEqual(['/hook'])
  })

  it('gives up on an answer that never gets as far as its status, however busy it is', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined)
      const timer = setInterval(() => socket.write('x'), 5)
      socket.write('HTTP/1.1 200 OK\r\nx-')
      socket.once('close', () => clearInterval(timer))
    })
    closing.push(async () => {
      server.close()
      await once(server, 'close')
    })
    expect(await post(await listen(server), 200)).toMatchObject({ status: 0 })
  })

  it('hangs up on an answer without an end', async () => {
    const ended = Promise.withResolvers<string>()
    const url = await serve((_request, response) => {
      response.once('close', () => ended.resolve('hung up'))
      const more = (): void => {
        while (response.write('x'.repeat(10_000)));
        response.once('drain', more)
      }
      more()
    })
    expect(await post(url)).toMatchObject({ status: 200 })
    expect(await ended.promise).toBe('hung up')
  })

  it('says that nobody answered when nobody is there', async () => {
    const url = await serve(() => undefined)
    await closing.pop()?.()
    await eventually('the port is closed', async () => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      return once(socket, 'connect').then(
        () => false,
        () => true,
      )
    })
    expect(await post(url)).toMatchObject({ status: 0, retryAfterMs: undefined })
  })
})
