import { type Context } from 'koa'
import { type BusinessNumber } from '../business/business-number.ts'
import { type Provider } from '../business/provider.ts'
import { queryText } from './api.ts'
import { answerGraphError } from './graph-errors.ts'

/** Fields that are answered when the caller names none. */
const defaultFields = ['verified_name', 'display_phone_number', 'quality_rating', 'id']

/**
 * A number with the fields asked for. Of `webhook_configuration`, what is not set is absent.
 *
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override
 */
export function describeNumber(
  ctx: Context,
  node: { readonly provider: Provider; readonly business: BusinessNumber },
): void {
  const asked = queryText(ctx, 'fields')?.split(',') ?? defaultFields
  const values = fieldsOf(node)
  const body: Record<string, unknown> = {}
  for (const field of [...asked, 'id']) {
    if (!Object.hasOwn(values, field)) {
      return answerGraphError(ctx, {
        status: 400,
        code: 100,
        message: `Tried accessing nonexistent field (${field})`,
      })
    }
    body[field] = values[field]
  }
  ctx.body = body
}

function fieldsOf(node: {
  readonly provider: Provider
  readonly business: BusinessNumber
}): Readonly<Record<string, unknown>> {
  const { business, provider } = node
  const { accountId, displayNumber, numberId } = business.number
  const account = provider.subscription.account(accountId)
  return {
    id: numberId,
    display_phone_number: displayNumber,
    verified_name: 'Simulated Business',
    quality_rating: 'GREEN',
    platform_type: 'CLOUD_API',
    status: 'CONNECTED',
    throughput: { level: 'STANDARD' },
    webhook_configuration: present({
      phone_number: business.webhookUrl,
      whatsapp_business_account: account?.overrideUrl,
      application: provider.subscription.callbackUrl,
    }),
  }
}

function present(
  values: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const set: Record<string, string> = {}
  for (const [name, value] of Object.entries(values)) if (value !== undefined) set[name] = value
  return set
}
