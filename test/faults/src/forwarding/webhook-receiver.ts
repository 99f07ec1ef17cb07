import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { buffer } from 'node:stream/consumers'
import { RECEIPT_HEADER } from '@wabastream/forwarding'
import { digestOf } from '../judge/raw-webhooks.ts'

/** A webhook that has arrived whole and is not answered yet. */
export interface Arrival {
  readonly receipt: string
  /** How often it has arrived, from 1. */
  readonly time: number
  readonly response: ServerResponse
  /** Writes it into the journal, as an application does before it answers with 200. */
  keep(): void
}

export type Behaviour = (arrival: Arrival) => void

/** What an application knows of a receipt id. */
interface Entry {
  readonly digests: Set<string>
  arrivals: number
  kept: number
}

export const accept: Behaviour = ({ keep, response }) => {
  keep()
  response.writeHead(200).end()
}

/** Answers with the status, and keeps nothing. */
export const refuseWith =
  (status: number): Behaviour =>
  ({ response }) => {
    response.writeHead(status).end()
  }

/** Keeps it at once, and says so after a while. */
export const acceptAfter =
  (delayMs: number): Behaviour =>
  (arrival) => {
    arrival.keep()
    void delay(delayMs).then(() => arrival.response.writeHead(200).end())
  }

/** An application that others hand webhooks on to, with a journal of what it has kept. */
export class WebhookReceiver {
  readonly journal = new Map<string, Entry>()
  readonly #server: Server
  #behaviour = accept
  #keptCount = 0
  #port = 0

  constructor() {
    this.#server = createServer((request, response) => {
      void buffer(request).then(
        (body) => this.#arrived(String(request.headers[RECEIPT_HEADER]), body, response),
        () => undefined,
      )
    })
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hook`
  }

  /** Webhooks in the journal, each once. */
  get keptCount(): number {
    return this.#keptCount
  }

  /** Webhooks that were kept again, and recognised by their receipt ids. */
  get duplicateCount(): number {
    return [...this.journal.values()].reduce((sum, { kept }) => sum + Math.max(0, kept - 1), 0)
  }

  behave(behaviour: Behaviour): void {
    this.#behaviour = behaviour
  }

  /** On the port that it had before. */
  async open(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    const address = this.#server.address()
    if (typeof address === 'object' && address !== null) this.#port = address.port
  }

  /** Resets all connections and refuses new ones. */
  async close(): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  #arrived(receipt: string, body: Buffer, response: ServerResponse): void {
    const entry = this.journal.get(receipt) ?? { digests: new Set(), arrivals: 0, kept: 0 }
    this.journal.set(receipt, entry)
    entry.arrivals += 1
    entry.digests.add(digestOf(body))
    const keep = (): void => {
      if (entry.kept === 0) this.#keptCount += 1
      entry.kept += 1
    }
    this.#behaviour({ receipt, time: entry.arrivals, response, keep })
  }
}
