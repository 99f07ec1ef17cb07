import {
  schemaTexts,
  type WireRecord,
  type WireRecordName,
  type WireRecords,
} from '@wabastream/contracts'
import { CodecError } from './codec-error.ts'
import { wireRecordNames } from './generated/record-codecs.ts'
import {
  createDirectDecoder,
  createResolvingDecoder,
  type DecodeRecord,
  fullNameOf,
} from './record-decoder.ts'
import { RecordEncoder } from './record-encoder.ts'
import { createSchemaStore, type SchemaStore } from './schema-store.ts'
import { schemaIdOf } from './wire-header.ts'

export type SchemaIds = ReadonlyMap<WireRecordName, number>

/** Turns records into bytes and back: Avro after the header that schema registries use. */
export interface AvroCodec {
  /**
   * Makes one attempt to register all schemas and their compatibility; idempotent. Call it before
   * `encode`. Throws CodecError schema_refused if trying again does not help; after any other
   * error, try again later.
   */
  register(): Promise<SchemaIds>
  /** Throws CodecError value_rejected when the data does not fit its schema. */
  encode<N extends WireRecordName>(name: N, data: WireRecords[N]): Buffer
  /**
   * Throws CodecError schema_unknown before `prepare`, and bytes_malformed for bytes that are not a
   * record.
   */
  decode(bytes: Uint8Array): WireRecord
  /** Whether `decode` works without a look-up. */
  isPrepared(bytes: Uint8Array): boolean
  /** Looks the writer's schema up, once per id, and resolves it to ours. */
  prepare(bytes: Uint8Array): Promise<void>
}

/** `store` replaces the registry at `url`. */
export function createAvroCodec(
  options: { readonly url: string } | { readonly store: SchemaStore },
): AvroCodec {
  const store = 'store' in options ? options.store : createSchemaStore(options.url)
  const encoder = new RecordEncoder()
  const ids = new Map<WireRecordName, number>()
  const decoders = new Map<number, DecodeRecord>()

  async function registerRecord(name: WireRecordName): Promise<void> {
    const id = await store.register(fullNameOf(name), schemaTexts[name])
    ids.set(name, id)
    decoders.set(id, createDirectDecoder(name))
  }

  return {
    async register() {
      await Promise.all(wireRecordNames.map(registerRecord))
      return ids
    },
    encode(name, data) {
      const id = ids.get(name)
      if (id === undefined) throw new CodecError('not_registered', `${name} is not registered`)
      return encoder.encode(name, data, id)
    },
    decode(bytes) {
      const id = schemaIdOf(bytes)
      const decode = decoders.get(id)
      if (decode === undefined)
        throw new CodecError('schema_unknown', `schema ${id} is not prepared`)
      return decode(bytes)
    },
    isPrepared: (bytes) => decoders.has(schemaIdOf(bytes)),
    async prepare(bytes) {
      const id = schemaIdOf(bytes)
      if (decoders.has(id)) return
      decoders.set(id, createResolvingDecoder(await store.schemaOf(id)))
    },
  }
}

/** Trying again will not help. */
export function isSchemaRefused(error: unknown): boolean {
  return error instanceof CodecError && error.code === 'schema_refused'
}
