import { type KafkaRawLog, type RawLog } from '../raw-log/raw-log.ts'
import { type Spool } from './spool.ts'

/**
 * Kafka first; what it does not take in time, or while it is away, goes to the spool. Kafka may
 * still store a batch that was handed to it: the records then repeat their receipts.
 */
export function createSpooledRawLog(options: {
  readonly kafka: Pick<KafkaRawLog, 'append' | 'isAvailable'>
  readonly spool: Pick<Spool, 'append' | 'isAccepting'>
}): RawLog {
  const { kafka, spool } = options
  return {
    isAvailable: () => kafka.isAvailable() || spool.isAccepting(),
    async append(record, { batchBytes, lease }) {
      try {
        if (kafka.isAvailable()) {
          // Kafka may go on holding the record long after the spool has it.
          const outcome = await kafka.append(record, { batchBytes, lease: lease.share() })
          if (outcome !== 'timed_out') return outcome
        }
        return (await spool.append(record, batchBytes)) ? 'spooled' : 'not_spooled'
      } finally {
        lease.release()
      }
    },
  }
}
