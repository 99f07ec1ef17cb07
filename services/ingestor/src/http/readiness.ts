import { type Health, toHealth } from '@wabastream/service-host'
import { type SpoolStatus } from '../spool/spool.ts'

/** Ready while webhooks can be made durable and the process is not about to end. */
export function toReadiness(state: {
  readonly isDraining: boolean
  readonly isKafkaAvailable: boolean
  /** Null if it is off. */
  readonly spool: (SpoolStatus & { readonly isAccepting: boolean }) | null
}): Health {
  const { spool } = state
  const health = toHealth(reasonsOf(state))
  if (spool === null) return health
  const { files, bytes, quarantined, oldestAgeMs, isOverWatermark, failure } = spool
  return {
    ...health,
    details: {
      // While it is false the instance must not be taken away.
      isDisposable: files + quarantined === 0,
      isKafkaAvailable: state.isKafkaAvailable,
      spool: {
        files,
        bytes,
        quarantined,
        oldestAgeSeconds: Math.round(oldestAgeMs / 1_000),
        isOverWatermark,
        failure,
      },
    },
  }
}

function reasonsOf({
  isDraining,
  isKafkaAvailable,
  spool,
}: Parameters<typeof toReadiness>[0]): readonly string[] {
  if (isDraining) return ['draining']
  if (isKafkaAvailable) return []
  if (spool === null) return ['kafka takes no records']
  if (spool.failure !== null) return ['kafka takes no records', 'the spool cannot write']
  if (!spool.isAccepting) return ['kafka takes no records', 'the spool is full']
  return spool.isOverWatermark ? ['kafka takes no records', 'the spool is nearly full'] : []
}
