import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'

const rateSchema = z.object({ cpuUsPerWebhook: z.number().positive() })

/** Shorter ones say little: starting takes most of their time. */
const WEBHOOKS_MIN = 50_000

const fileOf = (dataDirectory: string): string => join(dataDirectory, 'rebuild-rate.json')

/** CPU per webhook of the last rebuild with this folder; undefined if there was none. */
export async function readRebuildRate(dataDirectory: string): Promise<number | undefined> {
  try {
    const text = await readFile(fileOf(dataDirectory), 'utf8')
    return rateSchema.parse(JSON.parse(text)).cpuUsPerWebhook
  } catch {
    // It only makes the next estimate better.
    return undefined
  }
}

/**
 * Keeps the rate for the next estimate. All cores count as busy, which they are: a rebuild takes
 * what it can get.
 */
export async function keepRebuildRate(
  dataDirectory: string,
  run: { readonly webhooks: number; readonly durationMs: number; readonly cores?: number },
): Promise<void> {
  if (run.webhooks < WEBHOOKS_MIN) return
  const cores = run.cores ?? availableParallelism()
  const cpuUsPerWebhook = (run.durationMs * 1_000 * cores) / run.webhooks
  await mkdir(dataDirectory, { recursive: true })
  await writeFile(fileOf(dataDirectory), `${JSON.stringify({ cpuUsPerWebhook })}\n`)
}
