import { type MessageTimeline } from '@wabastream/contracts'
import { evolve, initialTimeline, routeOf, timelineKey } from '@wabastream/domain'
import { type OutgoingRecord } from '@wabastream/processing'
import { type AvroCodec } from '@wabastream/schema-registry'
import { aStatus } from '@wabastream/testing'

const DAY_MS = 86_400_000
/** As long as the ids of the provider. */
const PREFIX = 'wamid.HBgLNDkxNTEyMzQ1Njc4FQIAERgS'
const NUMBERS = 20

/** Message number `index`, which is always the same one. */
function targetOf(index: number): Pick<MessageTimeline, 'number' | 'messageId' | 'participant'> {
  // A permutation of the numbers below 2^32: ids of the provider are in no order.
  const scattered = (Math.imul(index, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0')
  return {
    number: `49151000000${String(index % NUMBERS).padStart(2, '0')}`,
    messageId: `${PREFIX}${scattered.toUpperCase()}${scattered.toUpperCase()}00`,
    participant: '',
  }
}

export interface BenchMessages {
  partition(index: number): number
  /** Its timeline, sent and delivered, as the changelog has it. */
  timeline(index: number): OutgoingRecord
  /** A status of it, as the events topic has it. */
  status(index: number, status: 'sent' | 'read'): OutgoingRecord
}

export function createBenchMessages(
  codec: Pick<AvroCodec, 'encode'>,
  options: { readonly partitions: number; readonly nowMs: number },
): BenchMessages {
  const { nowMs, partitions } = options
  const sent = aStatus('sent', { receivedAt: nowMs - DAY_MS, providerTime: nowMs - DAY_MS })
  const delivered = aStatus('delivered', {
    receivedAt: nowMs - DAY_MS,
    providerTime: nowMs - DAY_MS,
  })
  const known = evolve(evolve(initialTimeline(sent), sent), delivered)
  return {
    partition: (index) => routeOf(targetOf(index), partitions).partition,
    timeline(index) {
      const target = targetOf(index)
      const value = codec.encode('MessageTimeline', { ...known, ...target })
      return { key: timelineKey(target), value }
    },
    status(index, status) {
      const { number, ...target } = targetOf(index)
      const envelope = {
        number,
        eventId: index.toString(16).padStart(32, '0'),
        receivedAt: nowMs,
        providerTime: nowMs,
        rawOffset: index,
      }
      const { data, type } = aStatus(status, envelope, target)
      return { key: timelineKey({ number, ...target }), value: codec.encode(type, data) }
    },
  }
}
