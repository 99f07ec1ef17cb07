import { once } from 'node:events'
import { createServer } from 'node:http'
import { inspect } from 'node:util'
import { describe, expect, it } from '@jest/globals'
import { createClientCredentialsSource } from './client-credentials.ts'

const client = { clientId: 'wabastream', clientSecret: 'hunter3' }

describe('an authorization server with a user and password in its address', () => {
  it('receives them in a header', async () => {
    const seen: (string | undefined)[] = []
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization)
      request
        .resume()
        .once('end', () =>
          response
            .setHeader('content-type', 'application/json')
            .end(JSON.stringify({ access_token: 't', token_type: 'bearer', expires_in: 300 })),
        )
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const tokenUrl = `http://ana:hunter2@127.0.0.1:${port}/token`
    const { value } = await createClientCredentialsSource({ ...client, tokenUrl })()
    server.closeAllConnections()
    server.close()
    expect(value).toBe('t')
    expect(seen).toEqual([`Basic ${Buffer.from('ana:hunter2').toString('base64')}`])
  })

  it('is named without them when it does not answer', async () => {
    const tokenUrl = 'http://ana:hunter2@127.0.0.1:1/token'
    const error: unknown = await createClientCredentialsSource({ ...client, tokenUrl })().catch(
      (thrown: unknown) => thrown,
    )
    const shown = inspect(error, { depth: 10, showHidden: true })
    expect(shown).toContain('no token for Kafka from 127.0.0.1:1: ')
    expect(shown).not.toMatch(/hunter|ana:/)
  })
})
