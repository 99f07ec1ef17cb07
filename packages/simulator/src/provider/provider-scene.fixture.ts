import { startSimulatedProvider } from './start-simulated-provider.ts'
import { startWebhookEndpoint, VERIFY_TOKEN } from './webhook-endpoint.fixture.ts'

export const ACCOUNT = '102290129340398'
export const NUMBER = '106540352242922'
export const DIALOG = '206540352242900'
export const PREMISES = '306540352242900'
export const bearer = { authorization: 'Bearer cloud-token' }

interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export const override = (url: string, token = VERIFY_TOKEN) => ({
  method: 'POST',
  headers: bearer,
  body: { webhook_configuration: { override_callback_uri: url, verify_token: token } },
})

/** A provider with a number of each kind, and a webhook for it. */
export async function openProviderScene() {
  const endpoint = await startWebhookEndpoint()
  const provider = await startSimulatedProvider({
    timeFactor: 10_000,
    partner: { id: 'ourPA', key: 'partner-key' },
    numbers: [
      {
        provider: 'cloud-api',
        numberId: NUMBER,
        displayNumber: '15550783881',
        accountId: ACCOUNT,
        key: 'cloud-token',
        messagesPerSecondMax: 5,
      },
      {
        provider: '360dialog',
        numberId: DIALOG,
        displayNumber: '4915112345678',
        accountId: '202290129340398',
        key: 'dialog-key',
      },
      {
        provider: 'on-premises',
        numberId: PREMISES,
        displayNumber: '442071234567',
        accountId: '',
        key: 'password',
      },
    ],
  })

  async function ask(
    path: string,
    { body, headers = {}, method = 'GET' }: Asked = {},
  ): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${provider.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }

  return {
    endpoint,
    provider,
    ask,
    numberState: (numberId: string) =>
      provider.state().numbers.find((number) => number.numberId === numberId),
    async close(): Promise<void> {
      await provider.close()
      await endpoint.close()
    },
  }
}
