import { afterEach, describe, expect, it } from '@jest/globals'
import { type ServerResponse } from 'node:http'
import { type JsonClient, createJsonClient } from './json-client.ts'
import { type Reply, type ScriptedServer, startScriptedServer } from './scripted-server.fixture.ts'

let server: ScriptedServer | undefined
let client: JsonClient
afterEach(async () => {
  await client.close()
  await server?.close()
  server = undefined
})

async function connect(
  script: (request: unknown, response: ServerResponse) => Reply | undefined,
  timeoutMs?: number,
): Promise<ScriptedServer> {
  server = await startScriptedServer(script)
  client = createJsonClient(new URL('/base/', server.url), { timeoutMs })
  return server
}

const get = { method: 'GET', path: ['a'] } as const

describe('a client of an API', () => {
  it('encodes the steps of the path and the query', async () => {
    const { received } = await connect(() => ({ body: { a: 1 } }))
    await client.send({ method: 'GET', path: ['a/..', '?b'], query: { c: 'd&e' } })
    expect(received[0]?.path).toBe('/base/a%2F../%3Fb?c=d%26e')
  })

  it('gives an answer of any status, and undefined for what is no JSON', async () => {
    await connect(() => ({ status: 418, body: '{"half":', headers: { 'x-a': 'b' } }))
    const answer = await client.send(get)
    expect(answer).toMatchObject({ status: 418, body: undefined })
    expect(answer.header('x-a')).toBe('b')
  })

  it('follows no redirect', async () => {
    const target = await startScriptedServer(() => ({ body: {} }))
    await connect(() => ({ status: 307, headers: { location: target.url.href } }))
    await expect(client.send({ ...get, headers: { authorization: 'Bearer x' } })).rejects.toThrow(
      'redirect, which is not followed',
    )
    expect(target.received).toEqual([])
    await target.close()
  })

  it('reads no further than a limit, however much comes', async () => {
    let sent = 0
    await connect((_, response) => {
      const more = (): void => {
        if (response.destroyed || sent > 100_000_000) return
        sent += 65_536
        if (response.write(Buffer.alloc(65_536, 'x'))) setImmediate(more)
        else response.once('drain', more)
      }
      more()
      return undefined
    })
    await expect(client.send(get)).rejects.toMatchObject({ kind: 'answer_invalid' })
    expect(sent).toBeLessThan(20_000_000)
  })

  it('does not wait for an answer that comes byte by byte', async () => {
    let timer: NodeJS.Timeout | undefined
    await connect((_, response) => {
      timer = setInterval(() => response.write(' '), 20)
      return undefined
    }, 300)
    await expect(client.send(get)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('did not answer in time'),
    })
    clearInterval(timer)
  })

  it.each([
    ['breaks off', (response: ServerResponse) => response.socket?.destroy()],
    [
      'breaks off in its body',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '100' })
        response.write('{', () => response.socket?.destroy())
      },
    ],
  ])('says that a server that %s is not available', async (_, act) => {
    await connect((__, response) => {
      act(response)
      return undefined
    })
    await expect(client.send(get)).rejects.toMatchObject({ kind: 'unavailable' })
  })

  it.each([
    ['headers without end', `HTTP/1.1 200 OK\r\n${'x-a: b\r\n'.repeat(10_000)}`],
    ['what is no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ])('takes %s for an invalid answer', async (_, text) => {
    await connect((__, response) => {
      response.socket?.end(text)
      return undefined
    })
    await expect(client.send(get)).rejects.toMatchObject({ kind: 'answer_invalid' })
  })

  it('sends as many requests at once as one number may have under way', async () => {
    const waiting: ServerResponse[] = []
    await connect((_, response) => {
      waiting.push(response)
      if (waiting.length === 64) for (const one of waiting) one.end('{}')
      return undefined
    }, 3_000)
    const answers = await Promise.all(Array.from({ length: 64 }, () => client.send(get)))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
  })

  it('says which host cannot be reached', async () => {
    client = createJsonClient(new URL('http://127.0.0.1:1/'))
    await expect(client.send(get)).rejects.toMatchObject({
      kind: 'unavailable',
      message: '127.0.0.1:1 cannot be reached, or breaks off (ECONNREFUSED)',
    })
  })

  it('ends with the reason of the signal', async () => {
    await connect(() => undefined)
    const stop = new AbortController()
    const sending = client.send(get, stop.signal)
    stop.abort(new Error('stopped'))
    await expect(sending).rejects.toThrow('stopped')
  })
})
