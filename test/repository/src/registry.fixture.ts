import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

export interface Registry {
  readonly url: string
  /** Method and path of what was asked for. */
  readonly requests: readonly string[]
  close(): Promise<void>
}

export type Answer = (
  request: IncomingMessage,
  response: ServerResponse,
  registryUrl: string,
) => void

/**
 * A registry of npm's on loopback; npm is its client as always. 404 where `answer` says nothing.
 */
export async function startRegistry(answer: Answer = () => {}): Promise<Registry> {
  const requests: string[] = []
  let url = ''
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    request.resume().once('end', () => {
      answer(request, response, url)
      if (!response.writableEnded) response.writeHead(404).end('{}')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  return {
    url,
    requests,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
