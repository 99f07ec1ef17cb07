import { parseServerAddress } from '@wabastream/contracts'
import { z } from 'zod'
import { type Finding, findingsOf } from './finding.ts'

const TIMEOUT_MS = 5_000
const FAILED_RELOAD = /^wa_ingestor_last_reload_failed\{.*what="(\w+)".*\} 1$/gm
const UNKNOWN_NUMBER =
  /^wa_read_receipts_messages_total\{[^}]*outcome="unknown_number"[^}]*\} ([1-9]\d*)$/gm

const health = z.object({ ok: z.boolean(), reasons: z.array(z.string()) })

/** Checks each service at its admin address: alive, ready, and able to use its files. */
export async function checkServices(addresses: readonly string[]): Promise<readonly Finding[]> {
  if (addresses.length === 0) {
    return [
      findingsOf('services').notChecked(
        'the admin addresses of the services are not known',
        '--admin http://host:9400 for each',
      ),
    ]
  }
  return (await Promise.all(addresses.map(checkService))).flat()
}

async function checkService(address: string): Promise<readonly Finding[]> {
  const findings = findingsOf('services')
  try {
    const { url, authorization } = parseServerAddress(address)
    const get = (path: string) =>
      fetch(new URL(path, url), {
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(authorization !== undefined && { headers: { authorization } }),
      })
    const alive = health.parse(await (await get('/livez')).json())
    const ready = health.parse(await (await get('/readyz')).json())
    const metrics = await (await get('/metrics')).text()
    const reasons = [...alive.reasons, ...ready.reasons]
    const found =
      alive.ok && ready.ok
        ? [findings.ok(`${address} is ready`)]
        : [findings.broken(`${address} is not ready: ${reasons.join(', ')}`, 'see its log')]
    const reloads = [...metrics.matchAll(FAILED_RELOAD)].map(([, what]) =>
      findings.broken(
        `the files of the ${what} cannot be used; what they held before is kept`,
        'its log names the problems: fix them before the next start, which would fail',
      ),
    )
    return [...found, ...reloads, ...findUnknownNumbers(metrics)]
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return [
      findings.broken(
        `${address} does not answer: ${String(cause)}`,
        'is the service running? Its log says why it ended',
      ),
    ]
  }
}

/** Nobody else says it: the messages are counted, and no dead letters. */
function findUnknownNumbers(metrics: string): readonly Finding[] {
  return [...metrics.matchAll(UNKNOWN_NUMBER)].map(([, count]) =>
    findingsOf('read receipts').warning(
      `${count} messages went to numbers that the file of numbers does not name: they stay grey`,
      'add the numbers to NUMBERS_FILE: docs/runbooks/read-receipts-refused.md',
    ),
  )
}
