export { generateTraffic, type DisturbanceOptions } from './traffic/generate-traffic.ts'
export { defaultShares, exampleChannels, type TrafficOptions } from './traffic/options.ts'
export { toWebhook } from './traffic/render-webhooks.ts'
export {
  type Acknowledgement,
  type SendOptions,
  type SendReport,
  sendWebhooks,
} from './sending/send-webhooks.ts'
export {
  type Credential,
  type SimulatedChannel,
  type SimulatedNumber,
  type SimulatedWebhook,
  type TrafficKind,
} from './traffic/traffic.ts'
