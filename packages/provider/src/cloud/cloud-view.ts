import { z } from 'zod'
import { type NumberEntry } from '../numbers/number-entry.ts'
import { type WebhookView } from '../port/provider.ts'
import { type CloudClient, type Context } from './cloud-client.ts'

const WEBHOOK_OBJECT = 'whatsapp_business_account'

const url = z
  .string()
  .nullish()
  .transform((text) => (text === undefined || text === '' ? null : text))

const numberSchema = z.object({
  webhook_configuration: z
    .object({ phone_number: url, whatsapp_business_account: url, application: url })
    .prefault({}),
})
const subscribedAppsSchema = z.object({
  data: z.array(z.object({ whatsapp_business_api_data: z.object({ id: z.string() }) })),
})
const subscriptionsSchema = z.object({
  data: z.array(
    z.object({
      object: z.string(),
      active: z.boolean().default(true),
      fields: z
        .array(z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]))
        .default([]),
    }),
  ),
})

/** What is in force for the number: its own, else the account's, else the application's. */
export async function readView(
  client: CloudClient,
  number: NumberEntry,
  context: Context,
): Promise<WebhookView> {
  const [urls, subscribedFields] = await Promise.all([
    readUrls(client, number, context),
    readFields(client, number, context),
  ])
  return { ...urls, subscribedFields }
}

async function readUrls(
  client: CloudClient,
  { id }: NumberEntry,
  context: Context,
): Promise<Omit<WebhookView, 'subscribedFields'>> {
  const query = { fields: 'webhook_configuration' }
  const { webhook_configuration: urls } = await client.send(
    context,
    { method: 'GET', path: [id], query },
    { schema: numberSchema },
  )
  const { application, phone_number: own, whatsapp_business_account: account } = urls
  if (own !== null) return { url: own, from: 'number' }
  if (account !== null) return { url: account, from: 'account' }
  return { url: application, from: application === null ? null : 'application' }
}

async function readFields(
  client: CloudClient,
  number: NumberEntry,
  context: Context,
): Promise<readonly string[] | null> {
  const { application } = number
  if (!(await isSubscribed(client, number, context))) return []
  if (application === null || application.secret === null) return null
  // Its own token: https://developers.facebook.com/docs/facebook-login/guides/access-tokens
  const appContext = { ...context, key: `${application.id}|${application.secret}` }
  const { data } = await client.send(
    appContext,
    { method: 'GET', path: [application.id, 'subscriptions'] },
    { schema: subscriptionsSchema },
  )
  return data
    .filter(({ active, object }) => active && object === WEBHOOK_OBJECT)
    .flatMap(({ fields }) => fields)
}

/**
 * Whether the account sends its webhooks to the application, or, if none is named, to any. True
 * where no account is named: then it is not to be asked about.
 */
export async function isSubscribed(
  client: CloudClient,
  { account, application }: NumberEntry,
  context: Context,
): Promise<boolean> {
  if (account === null) return true
  const { data } = await client.send(
    context,
    { method: 'GET', path: [account, 'subscribed_apps'] },
    { schema: subscribedAppsSchema },
  )
  return application === null
    ? data.length > 0
    : data.some((app) => app.whatsapp_business_api_data.id === application.id)
}
