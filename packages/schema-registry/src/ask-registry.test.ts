import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterEach, describe, expect, it } from '@jest/globals'
import { askRegistry } from './ask-registry.ts'

let server: Server

async function answering(status: number, body: string) {
  server = createServer((request, response) => {
    request.resume()
    response.writeHead(status).end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return { url: `http://127.0.0.1:${port}`, authorization: undefined }
}

afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
})

describe('a question to the registry', () => {
  it.each([
    [200, '{"a":1}', { a: 1 }],
    [404, 'no page', null],
  ])('is answered on %i and %s with a value', async (status, body, value) => {
    expect(await askRegistry(await answering(status, body), '/config/x')).toEqual(value)
  })

  it.each([
    [200, '<html>', 'the registry answers with no JSON'],
    [401, '{"error_code":401}', 'the registry answers 401'],
    [503, '<html>', 'the registry answers 503'],
  ])('fails on %i and %s, which is no refusal', async (status, body, message) => {
    const failure = askRegistry(await answering(status, body), '/config/x')
    await expect(failure).rejects.toThrow(message)
    await expect(failure).rejects.toMatchObject({ name: 'Error' })
  })
})
