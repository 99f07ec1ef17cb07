import { createServer, type Server } from 'node:http'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createClientCredentialsSource } from './client-credentials.ts'
import { createTokenFileSource } from './token-file.ts'
import { createCachedTokenSource } from './token-source.ts'

const HOUR_MS = 3_600_000

describe('a cached token', () => {
  const countFetches = (lifeMs: number | null) => {
    let fetches = 0
    const source = createCachedTokenSource(() => {
      fetches += 1
      const expiresAtMs = lifeMs === null ? null : Date.now() + lifeMs
      return Promise.resolve({ value: `t${fetches}`, expiresAtMs })
    })
    return source
  }

  it('is requested once for connections that open together, and kept while it is valid', async () => {
    const source = countFetches(HOUR_MS)
    const tokens = [...(await Promise.all([source(), source()])), await source()]
    expect(tokens.map(({ value }) => value)).toEqual(['t1', 't1', 't1'])
  })

  it.each([null, 0, -1])('is requested again if its life is %p', async (lifeMs) => {
    const source = countFetches(lifeMs)
    expect((await source()).value).toBe('t1')
    expect((await source()).value).toBe('t2')
  })

  it('is requested again after a failure', async () => {
    let fetches = 0
    const source = createCachedTokenSource(() => {
      fetches += 1
      return fetches === 1
        ? Promise.reject(new Error('away'))
        : Promise.resolve({ value: 'second', expiresAtMs: Date.now() + HOUR_MS })
    })
    await expect(source()).rejects.toThrow('away')
    expect((await source()).value).toBe('second')
  })
})

describe('a token in a file', () => {
  it('is read again each time, and its absence names the file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'token-'))
    const path = join(directory, 'token')
    const source = createTokenFileSource(path)
    await expect(source()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(path),
    })
    await writeFile(path, 'first\n')
    expect((await source()).value).toBe('first')
    await writeFile(path, 'second')
    expect((await source()).value).toBe('second')
    await writeFile(path, '\n')
    await expect(source()).rejects.toThrow('holds no token')
    await rm(directory, { recursive: true })
  })
})

describe('a token of an authorization server', () => {
  let server: Server | undefined
  afterEach(() => {
    server?.close()
  })

  async function serve(status: number, body: object, seen: string[] = []): Promise<string> {
    server = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => {
        seen.push(chunk.toString())
      })
      request.on('end', () => {
        response.writeHead(status, { 'content-type': 'application/json' })
        response.end(JSON.stringify(body))
      })
    })
    await new Promise<void>((resolve) => {
      server?.listen(0, '127.0.0.1', resolve)
    })
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    return `http://127.0.0.1:${address.port}/token`
  }

  it('is granted to id and secret, whatever characters they have', async () => {
    const seen: string[] = []
    const granted = { access_token: 'abc', token_type: 'Bearer', expires_in: 60 }
    const tokenUrl = await serve(200, granted, seen)
    const clientSecret = ' %:&=+"\'ü$ '
    const source = createClientCredentialsSource({
      tokenUrl,
      clientId: 'a:b c',
      clientSecret,
      scope: 'kafka',
    })
    const { expiresAtMs, value } = await source()
    expect(value).toBe('abc')
    expect(expiresAtMs).toBeGreaterThan(Date.now())
    expect(Object.fromEntries(new URLSearchParams(seen.join('')))).toEqual({
      grant_type: 'client_credentials',
      scope: 'kafka',
      client_id: 'a:b c',
      client_secret: clientSecret,
    })
  })

  it('is refused by name, without the secret', async () => {
    const tokenUrl = await serve(401, { error: 'invalid_client' })
    const source = createClientCredentialsSource({
      tokenUrl,
      clientId: 'me',
      clientSecret: 'a secret of mine',
    })
    const error = await source().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/no token for Kafka .*: invalid_client$/),
    })
    expect(JSON.stringify(error) + String(error)).not.toContain('a secret')
  })
})
