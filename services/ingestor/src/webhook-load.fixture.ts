import { signedHeaders } from './ingestor.fixture.ts'

/** For tests: clients that send webhooks one after another and write down every answer. */
export interface WebhookLoad {
  /** Receipt ids of what was answered with 200. */
  readonly acked: readonly string[]
  count(status: number): number
  /** Requests that got no answer at all. */
  failures(): number
  /** Resolves when the last answers are in. */
  stop(): Promise<void>
}

export function startWebhookLoad(url: string, clientCount: number): WebhookLoad {
  const acked: string[] = []
  const counts = new Map<number, number>()
  let failures = 0
  let sent = 0
  let isStopped = false

  async function sendOne(): Promise<void> {
    sent += 1
    const body = JSON.stringify({ number: sent, text: 'x'.repeat(sent % 1_000) })
    try {
      const response = await fetch(url, { method: 'POST', body, headers: signedHeaders(body) })
      await response.arrayBuffer()
      counts.set(response.status, (counts.get(response.status) ?? 0) + 1)
      if (response.status === 200) acked.push(response.headers.get('x-receipt-id') ?? '')
    } catch {
      failures += 1
    }
  }

  async function sendAll(): Promise<void> {
    while (!isStopped) {
      await sendOne()
      // Refusals come at once: let the others have their turn.
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
    }
  }

  const clients = Array.from({ length: clientCount }, sendAll)
  return {
    acked,
    count: (status) => counts.get(status) ?? 0,
    failures: () => failures,
    async stop() {
      isStopped = true
      await Promise.all(clients)
    },
  }
}
