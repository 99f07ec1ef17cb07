import { duplicate, shuffle } from './disturb.ts'
import { type TrafficOptions, withDefaults } from './options.ts'
import { planDeliveries } from './plan-deliveries.ts'
import { renderWebhooks } from './render-webhooks.ts'
import { type SimulatedWebhook } from './traffic.ts'

export interface DisturbanceOptions {
  /** Share of the webhooks that are sent again, alone or in another batch. */
  readonly duplicateShare?: number
  /** Share of the webhooks that are delayed. */
  readonly shuffleShare?: number
  readonly delayMsMax?: number
}

/**
 * Webhooks in the order in which they are to be sent. The same options give the same bytes.
 * Without disturbances, nothing is repeated or delayed.
 */
export function generateTraffic(
  options: Partial<TrafficOptions> & DisturbanceOptions = {},
): readonly SimulatedWebhook[] {
  const { duplicateShare = 0, shuffleShare = 0, delayMsMax = 600_000, ...traffic } = options
  const { seed, channels, ...rest } = withDefaults(traffic)
  const planned = planDeliveries({ seed, channels, ...rest })
  const repeated = duplicate(planned, { seed, share: duplicateShare, delayMsMax })
  const shuffled = shuffle(repeated, { seed, share: shuffleShare, delayMsMax })
  return renderWebhooks(shuffled, channels)
}
