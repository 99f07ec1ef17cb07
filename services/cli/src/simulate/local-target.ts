import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { type ProviderApp, type ProviderNumber } from '@wabastream/simulator'
import { readAddresses } from '../installation/addresses.ts'
import { CliError } from '../output/cli-error.ts'
import { startText } from '../output/command-text.ts'
import { ensureLocalChannels, type LocalChannel } from '../start/default-channels.ts'

/** Whom a simulated provider sends to, and with what it proves who it is. */
export interface SimulationTarget {
  readonly numbers: readonly ProviderNumber[]
  readonly app: Partial<ProviderApp>
  readonly platformSecret?: string
  readonly partner?: { readonly id: string; readonly key: string }
}

/**
 * The channels of the `start` that runs with this data folder: the Cloud API's, and one as on
 * premises and as of 360dialog. Throws when none runs, or when it has channels of its user's.
 */
export async function findLocalTarget(dataDirectory: string): Promise<SimulationTarget> {
  const running = await readAddresses(dataDirectory)
  if (running?.webhooksUrl === undefined) {
    throw new CliError(
      `There is no webhook: run \`${startText(dataDirectory)}\` in another terminal, or name one ` +
        'with --webhook.',
      { exitCode: 2 },
    )
  }
  const directory = join(dataDirectory, 'channels')
  await access(join(directory, 'channels.yaml')).catch(() => {
    throw new CliError(`${directory} has no channels: name a webhook with --webhook.`, {
      exitCode: 2,
    })
  })
  const { channels } = await ensureLocalChannels(directory)
  return toTarget(channels, `${running.webhooksUrl}/webhooks`)
}

function toTarget(channels: readonly LocalChannel[], base: string): SimulationTarget {
  let app: Partial<ProviderApp> = {}
  const numbers = channels.flatMap(({ accountId, credential, name, numbers: members }) => {
    const url = `${base}/${name}`
    switch (credential.kind) {
      case 'hmac':
        app = { secret: credential.secret, callbackUrl: url }
        return members.map((member): ProviderNumber => ({
          ...member,
          accountId,
          provider: 'cloud-api',
        }))
      case 'path':
        return members.map((member): ProviderNumber => ({
          ...member,
          accountId,
          provider: 'on-premises',
          webhookUrl: `${url}/${credential.token}`,
        }))
      case 'header':
        return members.map((member): ProviderNumber => ({
          ...member,
          accountId,
          provider: '360dialog',
          webhookUrl: url,
          headers: { [credential.name]: credential.value },
        }))
    }
  })
  return { numbers, app }
}
