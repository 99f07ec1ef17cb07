export {
  connectNumber,
  connectProvider,
  type ProviderOptions,
} from './connection/connect-provider.ts'
export {
  CredentialError,
  type CredentialStore,
  keyProblem,
  readCurrentKey,
  type Slot,
  type StoredKeys,
} from './credentials/credential-store.ts'
export { openCredentialStore } from './credentials/open-store.ts'
export { type ClusterAccess } from './credentials/secret-api.ts'
export {
  isSameUrl,
  type Judgement,
  judge,
  type NumberState,
  numberStates,
  type Wanted,
} from './judging/judge.ts'
export { type NumberStatus, readStatus } from './judging/read-status.ts'
export { type RoundTrip, tryRoundTrip } from './judging/round-trip.ts'
export {
  type CredentialReference,
  type NumberEntry,
  type ProviderName,
  providerNames,
  type WantedWebhook,
} from './numbers/number-entry.ts'
export { parseNumbers, readNumbersFile } from './numbers/numbers-file.ts'
export {
  type Provider,
  type WebhookOrigin,
  webhookOrigins,
  type WebhookSetting,
  type WebhookView,
} from './port/provider.ts'
export { ProviderError, type ProviderErrorKind, providerErrorKinds } from './port/provider-error.ts'
export { type KeyOffer } from './rotation/key-offer.ts'
export { readFacts } from './rotation/read-facts.ts'
export { waitFor } from './rotation/retries.ts'
export { RotationError } from './rotation/rotation-error.ts'
export { planSteps, type RotationStep } from './rotation/rotation-step.ts'
export { type RotationResult, runRotation } from './rotation/run-rotation.ts'
