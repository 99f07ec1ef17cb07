import { createServer } from 'node:http'
import { once } from 'node:events'

/** What came to one path. */
export interface Received {
  readonly count: number
  /** From the receipt to the answer; receipt ids begin with their time (UUIDv7). */
  readonly delaysMs: readonly number[]
}

const RECEIPT_HEADER = 'x-wabastream-receipt-id'

/**
 * Answers every POST with 200 at once, and a GET with what came, by path; /counts is brief.
 * Serves until the process ends.
 */
export async function receive(port: number): Promise<void> {
  const received = new Map<string, number[]>()
  const server = createServer((request, response) => {
    request.resume()
    if (request.method === 'POST') {
      request.once('end', () => {
        const id = String(request.headers[RECEIPT_HEADER])
        const delayMs = Date.now() - Number.parseInt(id.replace('-', '').slice(0, 12), 16)
        const path = request.url ?? '/'
        const delays = received.get(path)
        if (delays === undefined) received.set(path, [delayMs])
        else delays.push(delayMs)
        response.writeHead(200).end()
      })
      return
    }
    const isBrief = request.url === '/counts'
    const entries = [...received].map(([path, delaysMs]): [string, Received] => [
      path,
      { count: delaysMs.length, delaysMs: isBrief ? [] : delaysMs },
    ])
    response.end(JSON.stringify(Object.fromEntries(entries)))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
}
