import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exampleChannels, type SimulatedChannel } from '@wabastream/simulator'
import { CliError } from '../output/cli-error.ts'
import { CANARY_CHANNEL } from './canary.ts'

const FILE_NAME = 'channels.yaml'
const CANARY_SECRET = 'canary-secret'
const SECRET_BYTES = 24
const HEADER_NAME = 'x-webhook-token'

export interface LocalChannels {
  readonly file: string
  readonly verifyTokenFile: string
  readonly channels: readonly LocalChannel[]
}

/** A channel with its credential, so that traffic can be sent to it. */
export interface LocalChannel extends SimulatedChannel {
  /** File that holds the secret of the credential. */
  readonly secretFile: string
}

/**
 * Makes a channel file with one channel per way of proving origin and one for the canary, with new
 * secrets. Existing files are kept, so a later start has the same secrets.
 */
export async function ensureLocalChannels(directory: string): Promise<LocalChannels> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const [cloud, flat] = exampleChannels
  if (cloud === undefined || flat === undefined) throw new CliError('no example channels')
  const secretFile = (name: string): string => join(directory, name)
  const verifyTokenFile = secretFile('cloud-verify-token')
  const [appSecret, pathToken, headerValue] = await Promise.all([
    ensureSecret(secretFile('cloud-app-secret')),
    ensureSecret(secretFile('flat-path-token')),
    ensureSecret(secretFile('partner-header')),
    ensureSecret(verifyTokenFile),
    ensureSecret(secretFile(CANARY_SECRET)),
  ])
  const channels: readonly LocalChannel[] = [
    {
      ...cloud,
      credential: { kind: 'hmac', secret: appSecret },
      secretFile: secretFile('cloud-app-secret'),
    },
    {
      ...flat,
      credential: { kind: 'path', token: pathToken },
      secretFile: secretFile('flat-path-token'),
    },
    {
      name: 'partner',
      dialect: 'cloud',
      accountId: '302290129340300',
      numbers: [{ numberId: '306540352242900', displayNumber: '442071234567' }],
      credential: { kind: 'header', name: HEADER_NAME, value: headerValue },
      secretFile: secretFile('partner-header'),
    },
  ]
  const file = join(directory, FILE_NAME)
  await writeFile(file, renderChannels(flat.numbers[0]?.numberId ?? ''), { mode: 0o600 })
  return { file, verifyTokenFile, channels }
}

async function ensureSecret(path: string): Promise<string> {
  const existing = await readFile(path, 'utf8').catch(() => '')
  if (existing.trim() !== '') return existing.trim()
  const secret = randomBytes(SECRET_BYTES).toString('base64url')
  await writeFile(path, `${secret}\n`, { mode: 0o600 })
  return secret
}

function renderChannels(flatNumberId: string): string {
  return `# Written again at each start. For channels of your own set CHANNELS_FILE.
channels:
  - name: cloud
    dialect: cloud
    strategies:
      hmac:
        secrets:
          - { id: local, file: cloud-app-secret }
    verifyToken: { file: cloud-verify-token }
  - name: flat
    dialect: flat
    numberId: '${flatNumberId}'
    strategies:
      pathToken:
        secrets:
          - { id: local, file: flat-path-token }
  - name: partner
    dialect: 360dialog
    strategies:
      header:
        name: ${HEADER_NAME}
        secrets:
          - { id: local, file: partner-header }
  - name: ${CANARY_CHANNEL}
    dialect: cloud
    strategies:
      hmac:
        secrets:
          - { id: local, file: ${CANARY_SECRET} }
`
}
