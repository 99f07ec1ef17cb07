import { type SimulatedChannel } from '@wabastream/simulator'

export interface ChannelFile {
  /** Content of CHANNELS_FILE. */
  readonly text: string
  /** Variables that hold the secrets to which it refers. */
  readonly environment: Readonly<Record<string, string>>
}

/** YAML is a superset of JSON. With a channel for the canary where its secret has a file. */
export function renderChannelFile(
  channels: readonly SimulatedChannel[],
  canarySecretFile?: string,
): ChannelFile {
  const secrets = [{ id: 'test', file: canarySecretFile }]
  const canary = { name: 'canary', dialect: 'cloud', strategies: { hmac: { secrets } } }
  const entries = [...channels.map(toEntry), ...(canarySecretFile === undefined ? [] : [canary])]
  return {
    text: JSON.stringify({ channels: entries }),
    environment: Object.fromEntries(
      channels.map((channel) => [secretName(channel), secretOf(channel)]),
    ),
  }
}

function toEntry(channel: SimulatedChannel): object {
  const secrets = [{ id: 'test', env: secretName(channel) }]
  const strategy = channel.credential.kind === 'hmac' ? 'hmac' : 'pathToken'
  const number = channel.dialect === 'flat' ? channel.numbers[0]?.numberId : undefined
  return {
    name: channel.name,
    dialect: channel.dialect,
    strategies: { [strategy]: { secrets } },
    ...(number === undefined ? {} : { numberId: number }),
  }
}

function secretName({ name }: SimulatedChannel): string {
  return `CHANNEL_SECRET_${name.toUpperCase()}`
}

function secretOf({ credential }: SimulatedChannel): string {
  switch (credential.kind) {
    case 'hmac':
      return credential.secret
    case 'header':
      return credential.value
    case 'path':
      return credential.token
  }
}
