import { type StackAddresses } from '@wabastream/local-stack'
import { redacted } from '@wabastream/contracts'
import { commandText } from '../output/command-text.ts'
import { printable } from '../output/format.ts'
import { type Paint } from '../output/terminal.ts'
import { type LocalChannel } from './default-channels.ts'

export interface SummaryOptions {
  readonly addresses: StackAddresses
  readonly webhooksUrl: string
  /** Empty if the channel file is the user's own. */
  readonly channels: readonly LocalChannel[]
  readonly channelsFile: string
  readonly services: readonly { readonly name: string; readonly adminPort: number }[]
  readonly dataDirectory: string
  /** Characters in a line of the terminal. */
  readonly columns: number
}

const NAME_WIDTH = 12

/** Where everything can be reached, and what to try. */
export function renderSummary(options: SummaryOptions, paint: Paint): string {
  const { addresses, webhooksUrl, channels, channelsFile, services, dataDirectory } = options
  const row = (name: string, value: string, note = ''): string => {
    const texts = note === '' ? [value] : [value, note]
    const line = texts.join('   ')
    return NAME_WIDTH + 2 + line.length <= options.columns
      ? `  ${paint.dim(name.padEnd(NAME_WIDTH))}${line}`
      : [
          ...(name === '' ? [] : [`  ${paint.dim(name)}`]),
          ...texts.map((text) => `    ${text}`),
        ].join('\n')
  }
  const hint = (name: string, words: readonly string[]): string =>
    row(name, commandText(words, dataDirectory))
  const channelRows =
    channels.length === 0
      ? [row('webhooks', `${webhooksUrl}/webhooks/<channel>`, `channels from ${channelsFile}`)]
      : channels.map((channel, index) =>
          row(index === 0 ? 'webhooks' : '', ...describeChannel(channel, webhooksUrl)),
        )
  return [
    paint.bold('wabastream is running'),
    ...channelRows,
    row('channels', channelsFile),
    row('Kafka', addresses.brokers.join(', ')),
    row('registry', printable(redacted(addresses.schemaRegistryUrl))),
    row('ClickHouse', printable(redacted(addresses.clickhouseUrl)), "analysts' views: database wa"),
    ...services.map(({ name, adminPort }, index) =>
      row(index === 0 ? 'metrics' : '', `http://127.0.0.1:${adminPort}/metrics`, name),
    ),
    row('logs', `${dataDirectory}/logs`),
    '',
    ...renderExamples(channels, webhooksUrl, paint),
    hint('one message', ['trace', 'MESSAGE_ID']),
    hint('what failed', ['dead-letters', 'list']),
    ...(services.some(({ name }) => name === 'forwarder')
      ? [hint('handed on', ['forward', 'status'])]
      : []),
  ].join('\n')
}

/** The channel's address, and how a sender proves who it is. */
function describeChannel(
  { name, credential, dialect }: LocalChannel,
  url: string,
): readonly [string, string] {
  const path = `${url}/webhooks/${name}`
  switch (credential.kind) {
    case 'hmac':
      return [path, `${dialect}, signed with the app secret`]
    case 'path':
      return [`${path}/<token>`, `${dialect}, token in the path`]
    case 'header':
      return [path, `${dialect}, token in header ${credential.name}`]
  }
}

/** Commands to paste; the secrets stay in their files. */
function renderExamples(channels: readonly LocalChannel[], url: string, paint: Paint): string[] {
  const flat = channels.find(({ credential }) => credential.kind === 'path')
  const cloud = channels.find(({ credential }) => credential.kind === 'hmac')
  if (flat === undefined || cloud === undefined) return []
  const number = cloud.numbers[0]
  const body = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: cloud.accountId,
        changes: [
          {
            field: 'messages',
            value: {
              messaging_product: 'whatsapp',
              metadata: {
                display_phone_number: number?.displayNumber,
                phone_number_id: number?.numberId,
              },
              statuses: [
                {
                  id: 'wamid.TRY1',
                  status: 'delivered',
                  timestamp: '1767225600',
                  recipient_id: '16505551234',
                },
              ],
            },
          },
        ],
      },
    ],
  })
  const sign = `openssl dgst -sha256 -hmac "$(cat ${cloud.secretFile})" -hex | sed 's/.* //'`
  return [
    `  ${paint.dim('send one, signed')}`,
    `    body='${body}'`,
    `    curl -i ${url}/webhooks/${cloud.name} -H 'content-type: application/json' \\`,
    `      -H "x-hub-signature-256: sha256=$(printf %s "$body" | ${sign})" -d "$body"`,
    `  ${paint.dim('or without a signature')}`,
    `    curl -i "${url}/webhooks/${flat.name}/$(cat ${flat.secretFile})" \\`,
    '      -d \'{"statuses":[{"id":"gBGG1","status":"read","timestamp":"1767225600"}]}\'',
  ]
}
