import { type Logger } from '@wabastream/service-host'
import { type DecodedFacts, type ObserveBatch } from './decoder-metrics.ts'

/**
 * A flood of bad webhooks must not become a flood of log lines. The letters themselves are kept.
 */
const LETTER_LINES_PER_BATCH_MAX = 20

/** A line for each batch (debug) and each dead letter (warn), with nothing of their content. */
export function createBatchLog(logger: Pick<Logger, 'debug' | 'warn'>): ObserveBatch {
  return function logBatch({ deadLetters, seconds, verdicts }: DecodedFacts) {
    logger.debug({ webhooks: verdicts.length, deadLetters: deadLetters.length, seconds }, 'decoded')
    for (const letter of deadLetters.slice(0, LETTER_LINES_PER_BATCH_MAX)) {
      const { channel, detail, itemIndex, offset, partition, reason, topic } = letter
      logger.warn({ topic, partition, offset, itemIndex, channel, reason, detail }, 'dead letter')
    }
    const unlogged = deadLetters.length - LETTER_LINES_PER_BATCH_MAX
    if (unlogged > 0) logger.warn({ unlogged }, 'more dead letters in the same batch')
  }
}
