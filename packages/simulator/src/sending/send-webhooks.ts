import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { setTimeout as delay } from 'node:timers/promises'
import { type Answer, postWebhook } from './post-webhook.ts'
import { type SimulatedWebhook } from '../traffic/traffic.ts'

export interface SendOptions {
  /** Origin of the ingestor. */
  readonly url: string
  readonly webhooks: readonly SimulatedWebhook[]
  /** Maximum number of requests in flight. */
  readonly concurrency?: number
  /**
   * Maximum number of requests started per second; without it, they start as fast as answers come.
   */
  readonly ratePerSecond?: number
  /** When each webhook is sent, in ms after the beginning, in place of a rate. */
  readonly startTimesMs?: readonly number[]
  /** Attempts per webhook, while it is answered 503 or not at all. */
  readonly attemptsMax?: number
  readonly retryDelayMsMax?: number
  readonly requestTimeoutMs?: number
  /** Collects every acknowledgement, in the order of arrival. */
  readonly journal?: Acknowledgement[]
  readonly onProgress?: (progress: SendProgress) => void
  /** Called when the last webhook is being sent for the first time; others may still wait. */
  readonly onLastStarted?: () => void
  readonly signal?: AbortSignal
  /** Accepts a self-signed certificate. */
  readonly insecure?: boolean
}

export interface Acknowledgement {
  /** Index in `webhooks`. */
  readonly index: number
  readonly status: number
  readonly attempts: number
  readonly headers: Readonly<Record<string, string>>
}

export interface SendProgress {
  readonly done: number
  readonly acked: number
  readonly total: number
}

export interface SendReport {
  readonly sent: number
  readonly acked: number
  /** Final answers by status; 0 means none. */
  readonly statuses: Readonly<Record<number, number>>
  /** Attempts beyond the first. */
  readonly retries: number
  readonly elapsedMs: number
  /** Of acknowledged attempts, from writing the request to the answer. */
  readonly latencyMs: {
    readonly p50: number
    readonly p95: number
    readonly p99: number
    readonly max: number
  }
  /** Webhooks that were not acknowledged, by index in `webhooks`. */
  readonly refused: readonly { readonly index: number; readonly status: number }[]
}

const RETRY_STATUSES = new Set([0, 429, 500, 502, 503, 504])
const FIRST_RETRY_MS = 100

interface Tally {
  acked: number
  done: number
  retries: number
  readonly statuses: Record<number, number>
  readonly latencies: number[]
  readonly refused: { index: number; status: number }[]
}

type Settings = Required<
  Pick<SendOptions, 'attemptsMax' | 'retryDelayMsMax' | 'requestTimeoutMs' | 'concurrency'>
> &
  SendOptions

/**
 * Posts every webhook as a provider does: it repeats a webhook that is answered 503 or not at all,
 * after the wait that `Retry-After` asks for. Resolves when each is acknowledged, refused for good,
 * or given up.
 */
export async function sendWebhooks(options: SendOptions): Promise<SendReport> {
  const settings: Settings = {
    concurrency: 32,
    attemptsMax: 60,
    retryDelayMsMax: 5_000,
    requestTimeoutMs: 30_000,
    ...options,
  }
  const agent = createAgent(settings)
  const tally: Tally = {
    acked: 0,
    done: 0,
    retries: 0,
    statuses: {},
    latencies: [],
    refused: [],
  }
  const startedMs = performance.now()
  const startAt = createPace(settings, startedMs)
  let next = 0
  const worker = async (): Promise<void> => {
    for (let index = next++; index < settings.webhooks.length; index = next++) {
      const webhook = settings.webhooks[index]
      if (webhook === undefined || settings.signal?.aborted === true) return
      await startAt(index)
      if (index === settings.webhooks.length - 1) settings.onLastStarted?.()
      const answer = await deliver(webhook, agent, settings, tally)
      settle(answer, index, settings, tally)
    }
  }
  try {
    await Promise.all(Array.from({ length: settings.concurrency }, worker))
  } finally {
    agent.destroy()
  }
  return toReport(tally, performance.now() - startedMs)
}

function createAgent({ url, concurrency, insecure }: Settings): HttpAgent {
  const keepAlive = { keepAlive: true, maxSockets: concurrency, scheduling: 'lifo' } as const
  return url.startsWith('https:')
    ? new HttpsAgent({ ...keepAlive, rejectUnauthorized: insecure !== true })
    : new HttpAgent(keepAlive)
}

/** Start times are fixed, so that a slow answer does not lower the rate that is asked for. */
function createPace(
  { ratePerSecond = Infinity, startTimesMs }: SendOptions,
  startedMs: number,
): (index: number) => Promise<void> {
  return async function startAt(index) {
    const afterMs = startTimesMs?.[index] ?? (index * 1_000) / ratePerSecond
    const waitMs = startedMs + afterMs - performance.now()
    if (waitMs > 1) await delay(waitMs)
  }
}

interface FinalAnswer extends Answer {
  readonly attempts: number
}

async function deliver(
  webhook: SimulatedWebhook,
  agent: HttpAgent,
  settings: Settings,
  tally: Tally,
): Promise<FinalAnswer> {
  for (let attempts = 1; ; attempts += 1) {
    const startedMs = performance.now()
    const { url, requestTimeoutMs: timeoutMs } = settings
    const answer = await postWebhook(webhook, { agent, url, timeoutMs })
    if (answer.status === 200) tally.latencies.push(performance.now() - startedMs)
    const isFinal = !RETRY_STATUSES.has(answer.status) || attempts >= settings.attemptsMax
    if (isFinal || settings.signal?.aborted === true) return { ...answer, attempts }
    tally.retries += 1
    const backOffMs = answer.retryAfterMs ?? FIRST_RETRY_MS * 2 ** Math.min(attempts, 10)
    await delay(Math.min(settings.retryDelayMsMax, backOffMs))
  }
}

function settle(answer: FinalAnswer, index: number, settings: Settings, tally: Tally): void {
  const { status, attempts, headers } = answer
  tally.done += 1
  tally.statuses[status] = (tally.statuses[status] ?? 0) + 1
  if (status === 200) {
    tally.acked += 1
    settings.journal?.push({ index, status, attempts, headers })
  } else {
    tally.refused.push({ index, status })
  }
  const total = settings.webhooks.length
  settings.onProgress?.({ done: tally.done, acked: tally.acked, total })
}

function toReport(tally: Tally, elapsedMs: number): SendReport {
  const sorted = Float64Array.from(tally.latencies).sort()
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return {
    sent: tally.done,
    acked: tally.acked,
    statuses: tally.statuses,
    retries: tally.retries,
    elapsedMs,
    latencyMs: { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: sorted.at(-1) ?? 0 },
    refused: tally.refused.toSorted((a, b) => a.index - b.index),
  }
}
