import {
  type Acknowledgement,
  type SendReport,
  sendWebhooks,
  type SimulatedWebhook,
} from '@wabastream/simulator'
import { type Terminal } from '../output/terminal.ts'
import { createProgressBar } from './progress-bar.ts'

const CONCURRENCY = 48

export interface SentTraffic {
  readonly report: SendReport
  readonly journal: readonly Acknowledgement[]
}

/** Sends over HTTP as a provider does, with a progress bar. */
export async function sendWithProgress(
  terminal: Terminal,
  options: {
    readonly url: string
    readonly webhooks: readonly SimulatedWebhook[]
    readonly signal: AbortSignal
    readonly ratePerSecond?: number
  },
): Promise<SentTraffic> {
  const journal: Acknowledgement[] = []
  const bar = createProgressBar(terminal, options.webhooks.length)
  const report = await sendWebhooks({
    ...options,
    journal,
    concurrency: CONCURRENCY,
    insecure: true,
    onProgress: ({ done, acked }) => bar.update(done, acked),
  })
  bar.finish(report)
  return { report, journal }
}
