import { type WireRecord } from '@wabastream/contracts'
import { type StatefulSerde } from '@wabastream/processing'
import { type AvroCodec, CodecError } from '@wabastream/schema-registry'

/**
 * The half of a serde that reads events: Avro, in any version that the registry knows. `toEvent`
 * returns undefined for records that are not for the service. The same look-ups prepare state that
 * is also Avro; bytes that name no schema need none.
 */
export function avroEvents<Event>(
  codec: Pick<AvroCodec, 'decode' | 'isPrepared' | 'prepare'>,
  toEvent: (record: WireRecord) => Event | undefined,
): Pick<StatefulSerde<Event, never>, 'isPrepared' | 'prepare' | 'decode'> {
  return {
    isPrepared: (value) => isPrepared(codec, value),
    prepare: (value) => prepare(codec, value),
    decode: ({ value }) => (value === null ? undefined : toEvent(codec.decode(value))),
  }
}

/** Bytes without a schema id need no look-up: `decode` says what is wrong with them. */
function isPrepared(codec: Pick<AvroCodec, 'isPrepared'>, value: Uint8Array): boolean {
  try {
    return codec.isPrepared(value)
  } catch (error) {
    if (error instanceof CodecError) return true
    throw error
  }
}

/** A schema that is not ours stays unprepared; waiting helps only if the registry is away. */
async function prepare(codec: Pick<AvroCodec, 'prepare'>, value: Uint8Array): Promise<void> {
  try {
    await codec.prepare(value)
  } catch (error) {
    if (!(error instanceof CodecError)) throw error
  }
}
