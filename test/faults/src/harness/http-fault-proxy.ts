import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'

export type HttpFault =
  /** Answers 500 and forwards nothing. */
  | { readonly kind: 'refuse' }
  /** Forwards, waits for the answer, and says 500 instead. */
  | { readonly kind: 'deny' }
  /** Forwards half of the body, then cuts both sides. */
  | { readonly kind: 'cut-request' }
  /** Forwards, waits for the answer, and cuts instead of passing it on. */
  | { readonly kind: 'cut-answer' }
  /** Never answers, and keeps the connection. */
  | { readonly kind: 'unanswered'; readonly isForwarded: boolean }
  /** Forwards after a while. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Forwards what is left of it after `act`, or nothing when `act` says so. */
  | { readonly kind: 'before'; readonly act: () => Promise<'forward' | 'drop'> }
  /** Forwards, and passes the answer on after `act`. */
  | { readonly kind: 'after'; readonly act: () => Promise<void> }

export interface HttpFaultProxy {
  readonly url: string
  /**
   * The next `count` requests that `matches`; without it all. Resolves when the last was spoiled.
   */
  spoil(
    fault: HttpFault,
    aim: { readonly count: number; readonly matches?: (text: string) => boolean },
  ): Promise<void>
  close(): Promise<void>
}

interface Spoiling {
  readonly fault: HttpFault
  readonly matches: (text: string) => boolean
  readonly done: PromiseWithResolvers<void>
  left: number
}

/** Stands before an HTTP server on loopback and spoils chosen requests. */
export async function startHttpFaultProxy(target: string): Promise<HttpFaultProxy> {
  const spoilings: Spoiling[] = []
  const server = createServer((incoming, answer) => {
    void handle(incoming, answer).catch(() => {
      incoming.socket.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined

  async function handle(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await buffer(incoming)
    const text = decodeURIComponent(incoming.url?.replaceAll('+', ' ') ?? '')
    const spoiling = spoilings.find(({ left, matches }) => left > 0 && matches(text))
    if (spoiling === undefined) return pass(await forward(target, incoming, body), answer)
    spoiling.left -= 1
    const isLast = spoiling.left === 0
    try {
      await spoil(spoiling.fault, { target, incoming, answer, body })
    } finally {
      if (isLast) spoiling.done.resolve()
    }
  }

  return {
    url: `http://127.0.0.1:${port}${new URL(target).pathname.replace(/\/$/, '')}`,
    spoil(fault, { count, matches = () => true }) {
      const done = Promise.withResolvers<void>()
      spoilings.push({ fault, matches, left: count, done })
      return done.promise
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Exchange {
  readonly target: string
  readonly incoming: IncomingMessage
  readonly answer: ServerResponse
  readonly body: Buffer
}

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

async function spoil(fault: HttpFault, exchange: Exchange): Promise<void> {
  const { answer, body, incoming, target } = exchange
  switch (fault.kind) {
    case 'refuse':
      answer.writeHead(500).end('spoiled')
      return
    case 'deny':
      await forward(target, incoming, body)
      answer.writeHead(500).end('spoiled')
      return
    case 'cut-request':
      await forwardHalf(target, incoming, body)
      incoming.socket.destroy()
      return
    case 'cut-answer':
      await forward(target, incoming, body)
      incoming.socket.destroy()
      return
    case 'unanswered':
      if (fault.isForwarded) await forward(target, incoming, body)
      return
    case 'slow':
      await delay(fault.delayMs)
      return pass(await forward(target, incoming, body), answer)
    case 'before':
      if ((await fault.act()) === 'drop') incoming.socket.destroy()
      else pass(await forward(target, incoming, body), answer)
      return
    case 'after': {
      const passed = await forward(target, incoming, body)
      await fault.act()
      return pass(passed, answer)
    }
  }
}

function open(target: string, incoming: IncomingMessage, length: number) {
  const { 'transfer-encoding': _, connection: __, ...headers } = incoming.headers
  const { hostname, port } = new URL(target)
  return request({
    hostname,
    port,
    path: incoming.url,
    method: incoming.method,
    headers: { ...headers, 'content-length': String(length) },
    agent: false,
  })
}

async function forward(target: string, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  const outgoing = open(target, incoming, body.length)
  const answered = once(outgoing, 'response')
  outgoing.end(body)
  const [response] = (await answered) as [IncomingMessage]
  return {
    status: response.statusCode ?? 502,
    headers: response.headers,
    body: await buffer(response),
  }
}

/** The server is promised more than it gets. */
async function forwardHalf(target: string, incoming: IncomingMessage, body: Buffer): Promise<void> {
  const outgoing = open(target, incoming, body.length)
  outgoing.on('error', () => {})
  const half = body.subarray(0, Math.floor(body.length / 2))
  await new Promise<void>((resolve) => {
    outgoing.write(half, () => resolve())
  })
  outgoing.destroy()
}

function pass({ body, headers, status }: Answer, answer: ServerResponse): void {
  const { 'transfer-encoding': _, connection: __, ...kept } = headers
  answer.writeHead(status, { ...kept, 'content-length': String(body.length) }).end(body)
}
