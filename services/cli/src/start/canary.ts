import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { type StartConfig } from '../installation/config.ts'

/** The canary's channel in our channel file, and the name that is looked for in the user's. */
export const CANARY_CHANNEL = 'canary'

const channelFileSchema = z.object({
  channels: z.array(
    z.object({
      name: z.string(),
      strategies: z.object({
        hmac: z.object({ secrets: z.array(z.object({ file: z.string().optional() })) }).optional(),
      }),
    }),
  ),
})

/** Variables of the canary, or why it cannot run. */
export type CanaryPlan =
  | { readonly environment: Readonly<Record<string, string>> }
  | { readonly leftOut: string }

/** The user's settings win, for instance the address of the channel from outside. */
export async function planCanary(options: {
  readonly config: Pick<
    StartConfig,
    'canaryUrl' | 'canarySecretFile' | 'canaryCaFile' | 'tlsCertFile'
  >
  readonly channelsFile: string
  readonly webhooksUrl: string
}): Promise<CanaryPlan> {
  const { channelsFile, config, webhooksUrl } = options
  const found = await findSecretFile(channelsFile)
  if (found === 'no channel') {
    return { leftOut: `the canary is left out: ${channelsFile} has no channel ${CANARY_CHANNEL}` }
  }
  const secretFile = config.canarySecretFile ?? found.secretFile
  if (secretFile === undefined) {
    return {
      leftOut:
        `the canary is left out: its channel in ${channelsFile} has no secret of ` +
        'hmac in a file; CANARY_SECRET_FILE may name one',
    }
  }
  const ca = config.canaryCaFile ?? config.tlsCertFile
  return {
    environment: {
      CANARY_URL: config.canaryUrl ?? `${webhooksUrl}/webhooks/${CANARY_CHANNEL}`,
      CANARY_SECRET_FILE: secretFile,
      ...(ca !== undefined && { CANARY_CA_FILE: ca }),
    },
  }
}

/** The ingestor reports a wrong file in more detail. */
async function findSecretFile(
  path: string,
): Promise<'no channel' | { readonly secretFile: string | undefined }> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const { data } = channelFileSchema.safeParse(parseYaml(text))
  const channel = data?.channels.find(({ name }) => name === CANARY_CHANNEL)
  if (channel === undefined) return 'no channel'
  const file = channel.strategies.hmac?.secrets.find((secret) => secret.file !== undefined)?.file
  return { secretFile: file === undefined ? undefined : resolve(dirname(path), file) }
}

function parseYaml(text: string): unknown {
  try {
    const content: unknown = parse(text)
    return content
  } catch {
    return undefined
  }
}
