import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

interface Answer {
  readonly status: number
  readonly body: unknown
}

/** A provider that marks messages: the one call of the Cloud API that this service makes. */
export async function startProviderServer(key: string) {
  const marked: string[] = []
  let answer: (messageId: string) => Answer | Promise<Answer> = () => OK
  const server = createServer((request, response) => {
    void reply(request).then(({ body, status }) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    })
  })
  async function reply(request: IncomingMessage) {
    const body: unknown = JSON.parse(await text(request))
    const isMark =
      request.method === 'POST' &&
      /^\/v1\/\w+\/messages$/.test(request.url ?? '') &&
      request.headers.authorization === `Bearer ${key}`
    if (!isMark || typeof body !== 'object' || body === null) return WRONG
    const given = { ...body } as Readonly<Record<string, unknown>>
    if (given['status'] !== 'read' || typeof given['message_id'] !== 'string') return WRONG
    const answered = await answer(given['message_id'])
    if (answered.status === 200) marked.push(given['message_id'])
    return answered
  }
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    /** Ids of messages, once for each request that was accepted. */
    marked,
    behave(next: typeof answer): void {
      answer = next
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

export const OK = { status: 200, body: { success: true } }
const WRONG = {
  status: 401,
  body: { error: { message: 'wrong', type: 'OAuthException', code: 190 } },
}
/** As the Graph API says it: https://developers.facebook.com/docs/graph-api/guides/error-handling */
export const REFUSED = {
  status: 400,
  body: { error: { message: '(#131009) Parameter value is not valid', code: 131_009 } },
}
export const AWAY = { status: 503, body: { error: { message: 'away', code: 2 } } }
