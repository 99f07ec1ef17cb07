import { setTimeout as delay } from 'node:timers/promises'
import { carriedReceivedAt, type WireRecord } from '@wabastream/contracts'
import { type BatchContext, type KafkaRecord } from '@wabastream/processing'
import { type AvroCodec, CodecError } from '@wabastream/schema-registry'
import { type SourceRecord } from './pending-batch.ts'

export type ReadResult =
  | { readonly kind: 'record'; readonly record: WireRecord }
  | { readonly kind: 'rejected'; readonly error: unknown }

export interface RecordReader {
  /** Undefined where the writer's schema has to be looked up first: `prepare`, then again. */
  read(value: Uint8Array): ReadResult | undefined
  /**
   * Looks the schema up, for as long as the registry is away, each time saying that it waits; stops
   * when the context is stale.
   */
  prepare(
    value: Uint8Array,
    context: BatchContext,
    onWaiting: () => void,
  ): Promise<ReadResult | undefined>
}

const REGISTRY_RETRY_MS = 1_000

export function createRecordReader(
  codec: Pick<AvroCodec, 'decode' | 'prepare'>,
  onRegistryFailed: (error: unknown) => void,
): RecordReader {
  return {
    read(value) {
      try {
        return { kind: 'record', record: codec.decode(value) }
      } catch (error) {
        if (!(error instanceof CodecError)) throw error
        return error.code === 'schema_unknown' ? undefined : { kind: 'rejected', error }
      }
    },
    async prepare(value, context, onWaiting) {
      while (!context.isStale()) {
        try {
          await codec.prepare(value)
          return undefined
        } catch (error) {
          // The registry knows no such schema, or it is none of ours.
          if (error instanceof CodecError) return { kind: 'rejected', error }
          onRegistryFailed(error)
          onWaiting()
        }
        await context.heartbeat()
        await delay(REGISTRY_RETRY_MS)
      }
      return undefined
    },
  }
}

export function toSource(record: KafkaRecord, value: Uint8Array): SourceRecord {
  return {
    offset: record.offset,
    receivedAtMs: carriedReceivedAt(record),
    timestampMs: record.timestampMs,
    value,
  }
}
