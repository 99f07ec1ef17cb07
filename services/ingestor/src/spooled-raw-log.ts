import { type Admission } from './admission/admission.ts'
import { type KafkaRawLog, type RawLog } from './raw-log.ts'
import { type Spool } from './spool/spool.ts'

/**
 * Kafka first; what it does not take in time, or while it is away, goes to the spool. A batch that
 * was handed to Kafka may come true besides: the records then repeat their receipts.
 */
export function createSpooledRawLog(options: {
  readonly kafka: Pick<KafkaRawLog, 'append' | 'isAvailable'>
  readonly spool: Pick<Spool, 'append' | 'isAccepting'>
  readonly admission: Pick<Admission, 'tryCharge' | 'release'>
}): RawLog {
  const { kafka, spool, admission } = options
  return {
    isAvailable: () => kafka.isAvailable() || spool.isAccepting(),
    async append(record, sizes) {
      if (kafka.isAvailable()) {
        const outcome = await kafka.append(record, sizes)
        if (outcome !== 'timed_out') return outcome
        // Kafka's share was, or will be, released; this is for the time in the spool.
        if (!admission.tryCharge(sizes.heldBytes)) return outcome
      }
      const isSpooled = await spool.append(record, sizes.batchBytes)
      admission.release(sizes.heldBytes)
      return isSpooled ? 'spooled' : 'not_spooled'
    },
  }
}
