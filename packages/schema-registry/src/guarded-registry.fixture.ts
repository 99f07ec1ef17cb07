import { once } from 'node:events'
import { createServer, request as forward } from 'node:http'

export interface GuardedRegistry {
  /** With user and password. */
  readonly url: string
  close(): Promise<void>
}

/** The real registry behind a proxy that asks for a user and password. */
export async function startGuardedRegistry(
  registryUrl: string,
  user: string,
  password: string,
): Promise<GuardedRegistry> {
  const expected = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const server = createServer((request, response) => {
    if (request.headers.authorization !== expected) {
      request.resume()
      response
        .writeHead(401, { 'content-type': 'application/json' })
        .end(JSON.stringify({ error_code: 40_101, message: 'Unauthorized' }))
      return
    }
    const target = new URL(`${registryUrl}${request.url ?? ''}`)
    const { host: _, ...headers } = request.headers
    const passed = forward(target, { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    request.pipe(passed)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const pair = [user, password].map(encodeURIComponent).join(':')
  return {
    url: `http://${pair}@127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
