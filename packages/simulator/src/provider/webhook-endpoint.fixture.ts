import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { buffer } from 'node:stream/consumers'

export interface Arrival {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** A webhook that passes the handshake with its token and answers as it is told. */
export interface WebhookEndpoint {
  readonly origin: string
  readonly arrivals: readonly Arrival[]
  status: number
  close(): Promise<void>
}

export const VERIFY_TOKEN = 'known-to-both'

export async function startWebhookEndpoint(): Promise<WebhookEndpoint> {
  const arrivals: Arrival[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (request.method === 'GET') {
      const isKnown = url.searchParams.get('hub.verify_token') === VERIFY_TOKEN
      response.writeHead(isKnown ? 200 : 403).end(url.searchParams.get('hub.challenge'))
      return
    }
    void buffer(request).then((body) => {
      arrivals.push({ path: url.pathname, headers: request.headers, body })
      response.writeHead(endpoint.status).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const endpoint: WebhookEndpoint = {
    origin: `http://127.0.0.1:${address.port}`,
    arrivals,
    status: 200,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
  return endpoint
}
