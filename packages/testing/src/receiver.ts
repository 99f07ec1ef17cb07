import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'

export interface ReceivedWebhook {
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly receiptId: string
}

export type Behaviour = (response: ServerResponse, webhook: ReceivedWebhook) => void

export interface Receiver {
  readonly url: string
  /** Everything that came, in its order, whatever was answered. */
  readonly received: readonly ReceivedWebhook[]
  behave(behaviour: Behaviour): void
  close(): Promise<void>
}

const accept: Behaviour = (response) => response.writeHead(200).end()
export const answerWith =
  (status: number, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (response) =>
    response.writeHead(status, headers).end()

/** An application that webhooks are handed on to: a real server on this host. */
export async function startReceiver(port = 0): Promise<Receiver> {
  const received: ReceivedWebhook[] = []
  let behaviour = accept
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const webhook = {
        headers: request.headers,
        body: Buffer.concat(chunks),
        receiptId: String(request.headers['x-wabastream-receipt-id']),
      }
      received.push(webhook)
      behaviour(response, webhook)
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    received,
    behave(next) {
      behaviour = next
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
