import { connectNumber, type NumberEntry, readStatus } from '@wabastream/provider'
import { type Environment, type Logger } from '@wabastream/service-host'
import { type Registry } from 'prom-client'
import { createNumberMetrics } from './number-metrics.ts'
import { watchNumbers } from './watch-numbers.ts'

/** Watches the numbers of the file until the signal is aborted, then resolves. */
export async function startNumberWatch(
  numbers: readonly NumberEntry[],
  options: {
    readonly env: Environment
    readonly intervalMs: number
    readonly logger: Logger
    readonly registry: Registry
  },
  signal: AbortSignal,
): Promise<void> {
  const { env, intervalMs, logger, registry } = options
  const connected = numbers.map((number) => ({ number, provider: connectNumber(number, env) }))
  await watchNumbers(
    connected.map(({ number, provider }) => ({
      alias: number.alias,
      readStatus: (aborted) => readStatus(provider, number, aborted),
    })),
    {
      intervalMs,
      now: Date.now,
      metrics: createNumberMetrics(registry),
      onChange({ alias: number, error, missingFields, providerUrl, state, wantedUrl }, former) {
        const facts = { number, state, former, wantedUrl, providerUrl, missingFields }
        const reason = error === null ? undefined : error.message
        if (state === 'ok') logger.info(facts, 'the webhook of a number is as it should be')
        else logger.warn({ ...facts, reason }, 'the webhook of a number is not as it should be')
      },
      onFailure(err, number) {
        logger.error({ err, number }, 'the webhook of a number could not be looked at')
      },
    },
    signal,
  )
  await Promise.all(connected.map(({ provider }) => provider.close()))
}
