import { z } from 'zod'
import { createKeyHolder, type ReadKey } from '../http/key-holder.ts'
import { type NumberEntry } from '../numbers/number-entry.ts'
import { type Provider } from '../port/provider.ts'
import { ProviderError } from '../port/provider-error.ts'
import { type Context, createCloudClient } from './cloud-client.ts'
import { isSubscribed, readView } from './cloud-view.ts'

const successSchema = z.object({ success: z.union([z.literal(true), z.literal('true')]) })

/**
 * The Cloud API, in the Graph API.
 *
 * - `GET` and `POST /{phone-number-id}` with `webhook_configuration`, the override of a number, and
 *   `/{waba-id}/subscribed_apps`:
 *   https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override/
 * - `/{app-id}/subscriptions`, the fields of the application:
 *   https://developers.facebook.com/docs/graph-api/reference/app/subscriptions/
 * - `POST /{phone-number-id}/messages` with `status: read`:
 *   https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/mark-message-as-read
 *
 * The key is an access token. None of these pages has an API that makes one for a system user, so
 * `createKey` is null.
 */
export function createCloudProvider(
  number: NumberEntry,
  options: { readonly readKey: ReadKey; readonly timeoutMs?: number | undefined },
): Provider {
  const { account, id } = number
  const client = createCloudClient(number, options.timeoutMs)
  const holder = createKeyHolder(options.readKey)

  async function configure(context: Context, configuration: object): Promise<void> {
    await client.send(
      context,
      { method: 'POST', path: [id], body: { webhook_configuration: configuration } },
      { schema: successSchema, isAboutUrl: true },
    )
  }

  return {
    createKey: null,
    readWebhook: (signal) => holder.withKey((key) => readView(client, number, { key, signal })),
    setWebhook: ({ url, verifyToken }, signal) =>
      holder.withKey(async (key) => {
        const context = { key, signal }
        if (verifyToken === null) {
          throw new ProviderError('url_refused', 'the Cloud API needs a verify token')
        }
        // Only if it is not: the request would remove an override that the account has.
        if (account !== null && !(await isSubscribed(client, number, context))) {
          const request = { method: 'POST', path: [account, 'subscribed_apps'] } as const
          await client.send(context, request, { schema: successSchema })
        }
        await configure(context, { override_callback_uri: url, verify_token: verifyToken })
      }),
    removeWebhook: (signal) =>
      holder.withKey((key) => configure({ key, signal }, { override_callback_uri: '' })),
    markRead: (messageId, signal) =>
      holder.withKey(async (key) => {
        const body = { messaging_product: 'whatsapp', status: 'read', message_id: messageId }
        await client.send(
          { key, signal },
          { method: 'POST', path: [id, 'messages'], body },
          { schema: successSchema },
        )
      }),
    close: () => client.close(),
  }
}
