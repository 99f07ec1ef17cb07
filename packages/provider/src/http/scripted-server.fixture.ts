import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'

export interface Received {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Parsed, if it is JSON. */
  readonly body: unknown
}

/** What to answer: status, body (as JSON, unless it is text already) and headers. */
export interface Reply {
  readonly status?: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface ScriptedServer {
  readonly url: URL
  readonly received: readonly Received[]
  close(): Promise<void>
}

/** A real server on this machine that answers as the script says. */
export async function startScriptedServer(
  script: (request: Received, response: ServerResponse) => Reply | undefined,
): Promise<ScriptedServer> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { headers, method = '', url: path = '' } = request
      const one = { method, path, headers, body: parse(Buffer.concat(chunks).toString()) }
      received.push(one)
      const reply = script(one, response)
      if (reply === undefined) return
      const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? {})
      response.writeHead(reply.status ?? 200, {
        'content-type': 'application/json',
        ...reply.headers,
      })
      response.end(text)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    url: new URL(`http://127.0.0.1:${address.port}`),
    received,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
