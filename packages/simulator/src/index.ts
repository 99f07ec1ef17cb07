export { generateTraffic, type DisturbanceOptions } from './generate-traffic.ts'
export { defaultShares, exampleChannels, type TrafficOptions } from './options.ts'
export { toWebhook } from './render-webhooks.ts'
export {
  type Acknowledgement,
  type SendOptions,
  type SendReport,
  sendWebhooks,
} from './send-webhooks.ts'
export {
  type Credential,
  type SimulatedChannel,
  type SimulatedNumber,
  type SimulatedWebhook,
  type TrafficKind,
} from './traffic.ts'
