import { generateTraffic, sendWebhooks } from '@wabastream/simulator'
import { benchChannel } from '../scene/pipeline.ts'

const SECONDS_OF_A_PART = 2

export interface LiveTraffic {
  /** Resolves once all that was sent is answered. */
  stop(): Promise<void>
}

/** Sends webhooks of messages of now until it is stopped; does nothing at a rate of 0. */
export function startLiveTraffic(url: string, ratePerSecond: number): LiveTraffic {
  let isStopped = ratePerSecond === 0
  async function send(): Promise<void> {
    for (let part = 0; !isStopped; part += 1) {
      const webhooks = generateTraffic({
        count: ratePerSecond * SECONDS_OF_A_PART,
        seed: `live ${part}`,
        channels: [benchChannel],
        batchedShare: 0,
        startMs: Date.now() - 60_000,
      })
      const { refused } = await sendWebhooks({ url, webhooks, ratePerSecond })
      if (refused.length > 0) throw new Error(`${refused.length} live webhooks were refused`)
    }
  }
  const sending = send()
  // Whoever stops it learns of it.
  sending.catch(() => undefined)
  return {
    async stop() {
      isStopped = true
      await sending
    },
  }
}
