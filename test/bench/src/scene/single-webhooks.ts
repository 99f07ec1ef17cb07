import { generateTraffic, type SimulatedWebhook } from '@wabastream/simulator'
import { benchChannel } from './pipeline.ts'

/** Single statuses and messages, as they come in one by one. */
export function generateWebhooks(): readonly SimulatedWebhook[] {
  return generateTraffic({
    count: 10_000,
    seed: 'bench',
    channels: [benchChannel],
    batchedShare: 0,
    shares: { outbound: 75, inbound: 25 },
  })
}

export function repeat(webhooks: readonly SimulatedWebhook[], count: number): SimulatedWebhook[] {
  return Array.from({ length: Math.ceil(count / webhooks.length) }, () => webhooks)
    .flat()
    .slice(0, count)
}
