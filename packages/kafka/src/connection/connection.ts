import { type ConnectionOptions } from 'node:tls'
import type { Kafka, KafkaConfig, logCreator, RetryOptions } from 'kafkajs'
import { type KafkaSasl } from './credentials.ts'
import { KafkaError } from '../wire/kafka-error.ts'
import { type KafkaMetrics } from './kafka-metrics.ts'
import { type ResolveAddress, SocketSet } from './sockets.ts'
import { wiredKafkajs } from '../wire/install.ts'
import { type RequestTimeout } from '../wire/internals.ts'

export interface ConnectionSettings {
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly tls?: ConnectionOptions
  /** All connections share it, and with it their token. */
  readonly sasl: KafkaSasl | undefined
  /** A request that has no answer after this time ends its connection. */
  readonly requestTimeoutMs: number
  readonly metrics: KafkaMetrics
  readonly onError: (error: KafkaError) => void
  readonly resolveAddress?: ResolveAddress
}

/** One client of the library, with access to its connections. */
export interface Connection {
  readonly kafka: Kafka
  readonly sockets: SocketSet
  /** The same settings for parts of the library that are built without its public class. */
  readonly config: KafkaConfig
  /** Ends connections whose requests time out. For the `on` of producers, consumers, admins. */
  readonly watch: (listen: (listener: (event: RequestTimeout) => void) => void) => void
}

const CONNECTION_TIMEOUT_MS = 3_000
const REPEATED_MS = 5_000
const MESSAGES_MAX = 100
/** Code for a transaction right after another: our own loop waits for it. */
const expectedTrouble = /concurrent operation on the same transaction/
/**
 * The client's retries below those of our own loops. All fields are set, because the defaults
 * depend on NODE_ENV.
 */
export const clientRetry: Required<Omit<RetryOptions, 'restartOnFailure'>> = {
  initialRetryTime: 20,
  factor: 0.2,
  multiplier: 2,
  maxRetryTime: 1_000,
  retries: 6,
}

/** These wait for other members of the group by design. */
const waitingRequests: ReadonlySet<string> = new Set(['JoinGroup', 'SyncGroup'])

/** The client reports the same trouble many times a second while a broker is away. */
function errorLog(settings: ConnectionSettings, sockets: SocketSet): logCreator {
  const loggedMs = new Map<string, number>()
  return () =>
    ({ log, namespace }) => {
      const nowMs = performance.now()
      const cause = typeof log['error'] === 'string' ? `: ${log['error']}` : ''
      const message = `${namespace}: ${log.message}${cause}`
      if (expectedTrouble.test(cause)) return
      if (sockets.isShut || nowMs - (loggedMs.get(message) ?? -Infinity) < REPEATED_MS) return
      if (loggedMs.size > MESSAGES_MAX) loggedMs.clear()
      loggedMs.set(message, nowMs)
      settings.onError(new KafkaError('unavailable', message))
    }
}

export function openConnection(settings: ConnectionSettings): Connection {
  const { kafkajs } = wiredKafkajs()
  const sockets = new SocketSet(settings.resolveAddress)
  const config: KafkaConfig = {
    brokers: [...settings.brokers],
    clientId: settings.clientId,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: settings.requestTimeoutMs,
    enforceRequestTimeout: true,
    retry: clientRetry,
    logLevel: kafkajs.logLevel.ERROR,
    logCreator: errorLog(settings, sockets),
    socketFactory: sockets.create,
    ...(settings.tls === undefined ? {} : { ssl: settings.tls }),
    ...(settings.sasl === undefined ? {} : { sasl: settings.sasl }),
  }
  return {
    kafka: new kafkajs.Kafka(config),
    sockets,
    config,
    watch: (listen) => {
      listen(({ payload }) => {
        if (waitingRequests.has(payload.apiName)) return
        settings.metrics.silentConnections.inc()
        sockets.breakTo(payload.broker, `no answer to ${payload.apiName} in time`)
      })
    },
  }
}
