import { type Socket } from 'node:net'
import { type Tracing } from '@wabastream/tracing'
import { type Admission } from '../admission/admission.ts'
import { type BodyBudget } from '../admission/body-budget.ts'
import { type IncomingRequest } from '../admission/incoming-request.ts'
import { type Lease } from '../admission/lease.ts'
import { answerUnavailable, answerUnread, type Exchange } from './answer.ts'
import {
  type Authentication,
  type Credentials,
  type RejectionCause,
} from '../authentication/authentication.ts'
import { type Authenticator } from '../authentication/authenticator.ts'
import { type IngestorMetrics, NO_CHANNEL } from './ingestor-metrics.ts'
import { type FindCertificate } from '../authentication/presented-certificate.ts'
import { RECORD_OVERHEAD_BYTES_MAX, toRawRecord } from '../raw-log/raw-record.ts'
import { type AppendOutcome, type RawLog } from '../raw-log/raw-log.ts'
import { type BodyReadProblem, declaredLength, readBody } from '../admission/read-body.ts'
import { type WebhookPath } from './webhook-path.ts'

const RETRY_AFTER_OVERLOAD_SECONDS = 1
const RETRY_AFTER_OUTAGE_SECONDS = 5
/** Lets clients and tests match an ack with the record it stands for. */
const RECEIPT_HEADER = 'x-receipt-id'

export interface ReceiveWebhookOptions {
  readonly authenticator: Authenticator
  readonly rawLog: RawLog
  readonly admission: Admission
  /** For bodies of senders that nobody can vouch for before they are read. */
  readonly strangers: BodyBudget
  readonly metrics: IngestorMetrics
  readonly bodyBytesMax: number
  readonly isDraining: () => boolean
  /** Called with the connection of each webhook that is authentic. */
  readonly onGenuine: (socket: Socket) => void
  readonly nextReceiptId: () => string
  readonly findCertificate: FindCertificate
  readonly beginRequest: Tracing['beginRequest']
}

/** A request of which the body can be read, and its answer. */
interface WebhookExchange extends Exchange {
  readonly req: IncomingRequest
}

export type ReceiveWebhook = (exchange: WebhookExchange, path: WebhookPath) => Promise<void> | void

/**
 * The ack path: takes the body as bytes, checks its origin, makes it durable, and answers 200. A
 * client that cannot be genuine is refused before its body is read. The bytes are not parsed.
 * Whatever is not durable does not get 200.
 */
export function createReceiveWebhook(options: ReceiveWebhookOptions): ReceiveWebhook {
  const { admission, authenticator, metrics, rawLog, bodyBytesMax } = options

  return function receiveWebhook(exchange, path) {
    const encoding = exchange.req.headers['content-encoding']
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
      metrics.requestAnswered(NO_CHANNEL, 'unsupported_encoding')
      return answerUnread(exchange, 415)
    }
    const length = declaredLength(exchange.req)
    if (length > bodyBytesMax) return answerBodyProblem(exchange, 'too_large', metrics)
    if (!rawLog.isAvailable()) {
      metrics.requestAnswered(NO_CHANNEL, 'kafka_unavailable')
      exchange.res.setHeader('retry-after', RETRY_AFTER_OUTAGE_SECONDS)
      return answerUnread(exchange, 503)
    }
    if (!admission.hasRoom(length)) return answerBodyProblem(exchange, 'no_room', metrics)
    const credentials = {
      headers: exchange.req.headers,
      token: path.token,
      findCertificate: () => options.findCertificate(exchange.req),
    }
    const verdict = authenticator.judgeEarly(path.channel, credentials)
    if (verdict.kind === 'refused') return reject(exchange, path, { metrics, cause: verdict.cause })
    const budget = verdict.kind === 'vouched' ? admission : options.strangers
    return readAndStore(exchange, { path, credentials, budget }, options)
  }
}

interface Incoming {
  readonly path: WebhookPath
  readonly credentials: Credentials
  readonly budget: BodyBudget
}

async function readAndStore(
  exchange: WebhookExchange,
  { budget, credentials, path }: Incoming,
  options: ReceiveWebhookOptions,
): Promise<void> {
  const { authenticator, admission, metrics, bodyBytesMax } = options
  const startedAtMs = performance.now()
  let lease: Lease | null = null
  admission.enter()
  try {
    const body = await readBody(exchange.req, { bytesMax: bodyBytesMax, budget })
    if (typeof body === 'string') return answerBodyProblem(exchange, body, metrics)
    const result = authenticator.authenticate(path.channel, credentials, body)
    if (!result.accepted) return reject(exchange, path, { metrics, cause: result.cause })
    lease = admission.lease(body.length)
    if (lease === null) return answerBodyProblem(exchange, 'no_room', metrics)
    const genuine = { body, lease, startedAtMs, headers: credentials.headers, origin: result }
    await store(exchange, genuine, options)
  } finally {
    lease?.release()
    admission.leave()
  }
}

interface GenuineWebhook {
  readonly body: Buffer
  /** The raw log gets a share of it, since it may hold the body for longer. */
  readonly lease: Lease
  readonly startedAtMs: number
  readonly headers: Credentials['headers']
  readonly origin: Extract<Authentication, { readonly accepted: true }>
}

async function store(
  exchange: Exchange,
  { body, headers, lease, origin, startedAtMs }: GenuineWebhook,
  options: ReceiveWebhookOptions,
): Promise<void> {
  const { metrics, rawLog } = options
  const { channel, keys } = origin
  options.onGenuine(exchange.req.socket)
  for (const use of keys) metrics.keyUsed(channel.name, use)
  const receiptId = options.nextReceiptId()
  const receivedAtMs = Date.now()
  const { traceparent } = headers
  const trace = options.beginRequest?.({
    traceparent,
    receiptId,
    channel: channel.name,
    startedAtMs: receivedAtMs - (performance.now() - startedAtMs),
  })
  const record = toRawRecord(body, {
    id: receiptId,
    receivedAtMs,
    channel,
    keys,
    headers,
    traceparent: trace?.traceparent ?? traceparent,
  })
  const outcome = await rawLog.append(record, {
    batchBytes: body.length + RECORD_OVERHEAD_BYTES_MAX,
    lease: lease.share(),
  })
  if (outcome === 'acked') metrics.acked(performance.now() - startedAtMs)
  if (options.isDraining()) exchange.res.setHeader('connection', 'close')
  answerOutcome(exchange, { outcome, receiptId, channel: channel.name, metrics })
  trace?.end({ outcome, status: exchange.res.statusCode })
}

/** The same answer whatever was wrong, and whether or not the body was read. */
function reject(
  exchange: Exchange,
  path: WebhookPath,
  {
    cause,
    metrics,
  }: {
    readonly cause: RejectionCause
    readonly metrics: IngestorMetrics
  },
): void {
  const channel = cause === 'unknown_channel' ? NO_CHANNEL : path.channel
  metrics.requestRejected(channel, cause)
  metrics.requestAnswered(channel, 'unauthorized')
  answerUnread(exchange, 401)
}

function answerOutcome(
  exchange: Exchange,
  result: {
    readonly outcome: AppendOutcome
    readonly receiptId: string
    readonly channel: string
    readonly metrics: IngestorMetrics
  },
): void {
  const { outcome, receiptId, channel, metrics } = result
  switch (outcome) {
    case 'acked':
    case 'spooled':
      metrics.requestAnswered(channel, outcome)
      return answerAcked(exchange, receiptId)
    case 'timed_out':
    case 'not_spooled':
      metrics.requestAnswered(channel, outcome)
      return answerUnavailable(exchange, RETRY_AFTER_OUTAGE_SECONDS)
    case 'refused':
      metrics.requestAnswered(channel, 'refused_by_kafka')
      return answerUnavailable(exchange, RETRY_AFTER_OUTAGE_SECONDS)
  }
}

function answerAcked({ res }: Exchange, receiptId: string): void {
  res.writeHead(200, [RECEIPT_HEADER, receiptId, 'content-length', '0'])
  res.end()
}

function answerBodyProblem(
  exchange: Exchange,
  problem: BodyReadProblem,
  metrics: IngestorMetrics,
): void {
  switch (problem) {
    case 'too_large':
      metrics.requestAnswered(NO_CHANNEL, 'too_large')
      return answerUnread(exchange, 413)
    case 'too_slow':
      metrics.requestAnswered(NO_CHANNEL, 'too_slow')
      return answerUnread(exchange, 408)
    case 'no_room':
      metrics.requestAnswered(NO_CHANNEL, 'overloaded')
      exchange.res.setHeader('retry-after', RETRY_AFTER_OVERLOAD_SECONDS)
      return answerUnread(exchange, 503)
    case 'aborted':
      metrics.requestAnswered(NO_CHANNEL, 'aborted')
      return
  }
}
