import { repeat } from '@wabastream/service-host'
import { type CanaryMetrics } from './canary-metrics.ts'
import { type SyntheticWebhook } from './synthetic-webhook.ts'

/** It waits for no more than these; then the oldest is given up. */
const WAITING_MAX = 1_000

export interface CanaryOptions {
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly pollMs: number
  readonly metrics: CanaryMetrics
  readonly now: () => number
  create(): SyntheticWebhook
  /** The status of the answer; 0 if there is none. */
  post(webhook: SyntheticWebhook): Promise<number>
  /** Which of these messages are rows by now. */
  findArrived(messageIds: readonly string[]): Promise<readonly string[]>
  onFailure(error: unknown): void
}

/** Sends in one rhythm and looks for rows in another, until the signal is aborted. */
export async function runCanary(options: CanaryOptions, signal: AbortSignal): Promise<void> {
  const { intervalMs, metrics, now, pollMs, timeoutMs } = options
  const waiting = new Map<string, number>()

  async function send(): Promise<void> {
    const webhook = options.create()
    const sentAtMs = now()
    metrics.sent()
    // It waits for the row from before the answer, because a row may come first, or without an
    // answer.
    waiting.set(webhook.messageId, sentAtMs)
    const status = await options.post(webhook)
    metrics.answered(status === 200 ? 'acked' : status === 0 ? 'unanswered' : 'refused')
  }

  async function look(): Promise<void> {
    if (waiting.size > 0) {
      for (const messageId of await options.findArrived([...waiting.keys()])) {
        const sentAtMs = waiting.get(messageId)
        if (sentAtMs === undefined) continue
        waiting.delete(messageId)
        metrics.arrived(now() - sentAtMs, sentAtMs)
      }
    }
    for (const [messageId, sentAtMs] of waiting) {
      if (now() - sentAtMs < timeoutMs && waiting.size <= WAITING_MAX) continue
      waiting.delete(messageId)
      metrics.lost()
    }
  }

  const every = (everyMs: number) => ({ everyMs, signal, onFailure: options.onFailure })
  await Promise.all([repeat(send, every(intervalMs)), repeat(look, every(pollMs))])
}
