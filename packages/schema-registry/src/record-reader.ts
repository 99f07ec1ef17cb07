import { setTimeout as delay } from 'node:timers/promises'
import { type WireRecord } from '@wabastream/contracts'
import { type RecordReader } from '@wabastream/processing'
import { type AvroCodec } from './avro-codec.ts'
import { CodecError } from './codec-error.ts'

const REGISTRY_RETRY_MS = 1_000

/** Reads records of the registry's schemas; waits for a registry that is away. */
export function createRecordReader(
  codec: Pick<AvroCodec, 'decode' | 'prepare'>,
  onRegistryFailed: (error: unknown) => void,
): RecordReader<WireRecord> {
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
          // The registry knows no such schema, or it is not one of ours.
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
