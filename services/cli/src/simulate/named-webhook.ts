import { readFile } from 'node:fs/promises'
import { CliError } from '../output/cli-error.ts'

export function isWebhookUrl(text: string): boolean {
  return /^https?:$/.test(URL.canParse(text) ? new URL(text).protocol : '')
}

/**
 * The URL as it is given, or from its file: with a token in it, it is a secret, and what is given
 * can be read in the list of processes. Throws without a word of what the file holds.
 */
export async function readWebhook(flags: {
  readonly webhook?: string
  readonly webhookFile?: string
}): Promise<string | undefined> {
  const { webhook, webhookFile } = flags
  if (webhookFile === undefined) return webhook
  if (webhook !== undefined) {
    throw new CliError('--webhook and --webhook-file exclude each other.', { exitCode: 2 })
  }
  const text = await readFile(webhookFile, 'utf8').catch((cause: unknown) => {
    throw new CliError(`${webhookFile} cannot be read.`, { exitCode: 2, cause })
  })
  const url = text.trim()
  if (isWebhookUrl(url)) return url
  throw new CliError(`${webhookFile} has no URL with http or https.`, { exitCode: 2 })
}
