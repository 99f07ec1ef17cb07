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
  type ProviderApp,
  type ProviderKind,
  type ProviderNumber,
  type SimulatedProviderOptions,
  type UpdateKind,
} from './provider/options/provider-options.ts'
export { type Fault } from './provider/business/faults.ts'
export {
  type SimulatedProvider,
  startSimulatedProvider,
} from './provider/start-simulated-provider.ts'
export {
  type NumberState,
  type ProviderState,
  type ProviderTotals,
} from './provider/business/provider-state.ts'
export { answerLimits } from './provider/delivery/answer-times.ts'
export { type DeliveryCounts } from './provider/delivery/delivery-tally.ts'
export { type Play, type PlayOptions } from './provider/play/play.ts'
export { isProfileName, type ProfileName, profiles } from './provider/play/profiles.ts'
