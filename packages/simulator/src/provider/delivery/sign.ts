import { createHmac } from 'node:crypto'
import { type ProviderKind } from '../options/provider-options.ts'

/**
 * What proves where a body comes from. Meta signs with the app's secret and writes `sha256=` before
 * the digest; 360dialog signs with the platform's secret and writes the bare digest; the client on
 * premises signs nothing.
 *
 * - https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/create-webhook-endpoint
 * - https://docs.360dialog.com/partner/onboarding/webhook-events-and-setup/signature-validation
 */
export function signatureHeaders(
  provider: ProviderKind,
  secret: string,
  body: Buffer,
): Readonly<Record<string, string>> {
  switch (provider) {
    case 'cloud-api':
      return { 'x-hub-signature-256': `sha256=${digestOf(secret, body)}` }
    case '360dialog':
      return { 'x-360dialog-signature': digestOf(secret, body) }
    case 'on-premises':
      return {}
  }
}

function digestOf(secret: string, body: Buffer): string {
  return createHmac('sha256', secret).update(body).digest('hex')
}
