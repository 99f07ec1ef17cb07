export { type WebhookContext } from './items/item-context.ts'
export { type MarkedRead, toOwnBody } from './own/own-record.ts'
export {
  createDigestReader,
  createSignatureVerifier,
  type DigestReader,
  sha256Hex,
  type SignatureSecret,
  type SignatureVerifier,
} from './signature-verifier.ts'
export { summarizeWebhook, type WebhookSummary } from './summarize-webhook.ts'
export { translateWebhook } from './translate-webhook.ts'
export {
  type TranslatedWebhook,
  type WebhookCounts,
  type WebhookDeadLetter,
} from './translated-webhook.ts'
