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
export {
  type AttemptOutcome,
  type OutgoingWebhook,
  type ProviderKind,
  type ProviderNumber,
  type SimulatedProviderOptions,
} from './provider/options/provider-options.ts'
export { type Fault } from './provider/business/faults.ts'
export {
  type SimulatedProvider,
  startSimulatedProvider,
} from './provider/start-simulated-provider.ts'
export { type NumberState, type ProviderState } from './provider/business/provider-state.ts'
