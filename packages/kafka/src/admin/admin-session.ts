import type { Admin } from 'kafkajs'
import { type Connection } from '../connection/connection.ts'
import { KafkaError } from '../wire/kafka-error.ts'
import { PartitionFetcher } from '../reader/partition-fetcher.ts'
import { within } from '../wire/within.ts'

export type AdminAttempt<T> = (admin: Admin, fetcher: PartitionFetcher) => Promise<T>

/** Far above what the client itself allows for a request: after this time it is stuck. */
const ATTEMPT_MS_MAX = 60_000

/** One life of the admin's connections. Whoever waits for them learns when they are given up. */
export class AdminSession {
  readonly #connection: Connection
  readonly #fetcher: PartitionFetcher
  readonly #admin: Admin
  readonly #connected: Promise<void>
  readonly #ended = Promise.withResolvers<never>()
  #hasEnded = false

  constructor(open: () => Connection) {
    this.#connection = open()
    this.#fetcher = new PartitionFetcher(open)
    const admin = this.#connection.kafka.admin()
    this.#connection.watch((listener) => admin.on(admin.events.REQUEST_TIMEOUT, listener))
    this.#admin = admin
    this.#connected = admin.connect()
    // Each caller reports its own failure.
    this.#connected.catch(() => undefined)
    this.#ended.promise.catch(() => undefined)
  }

  /** Throws what the client throws, or `unavailable` once the session has ended or is stuck. */
  async run<T>(attempt: AdminAttempt<T>): Promise<T> {
    const work = this.#connected.then(() => attempt(this.#admin, this.#fetcher))
    return await within(
      ATTEMPT_MS_MAX,
      Promise.race([work, this.#ended.promise]),
      () => new KafkaError('unavailable', 'no answer'),
    )
  }

  /** The reason is passed to those who wait. */
  async end(reason: KafkaError): Promise<void> {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#ended.reject(reason)
    // This comes first: the client would wait for ever for answers that no longer come.
    this.#connection.sockets.shut()
    await this.#fetcher.close()
    void this.#admin.disconnect().catch(() => undefined)
  }
}
