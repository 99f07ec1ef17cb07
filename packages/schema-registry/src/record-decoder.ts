import { schemaTexts, type WireRecord, type WireRecordName } from '@wabastream/contracts'
import avro from 'avsc'
import { AvroReader } from './avro-reader.ts'
import { CodecError } from './codec-error.ts'
import { recordReaders, wireRecordNames } from './generated/record-codecs.ts'
import { WIRE_HEADER_BYTES } from './wire-header.ts'

export type DecodeRecord = (bytes: Uint8Array) => WireRecord

const NAMESPACE = 'wabastream'

/**
 * Full name of a record's schema. It is also its subject, because one topic carries several record
 * types.
 */
export function fullNameOf(name: WireRecordName): string {
  return `${NAMESPACE}.${name}`
}

/** For bytes that were written with our version of the schema. */
export function createDirectDecoder(name: WireRecordName): DecodeRecord {
  const reader = new AvroReader()
  const read = recordReaders[name]
  return function decodeDirectly(bytes) {
    reader.reset(bytes, WIRE_HEADER_BYTES)
    const record = read(reader)
    reader.end()
    return record
  }
}

/**
 * For bytes of another version: they are resolved to ours, and then read as if they had been
 * written with it.
 */
export function createResolvingDecoder(writerSchema: unknown): DecodeRecord {
  const writer = avro.Type.forSchema(toAvroSchema(writerSchema))
  const name = wireRecordNames.find((candidate) => fullNameOf(candidate) === writer.name)
  if (name === undefined) {
    throw new CodecError('schema_foreign', `${writer.name ?? 'a schema'} is not one of our records`)
  }
  const ours = avro.Type.forSchema(JSON.parse(schemaTexts[name]))
  const resolver = ours.createResolver(writer)
  const decode = createDirectDecoder(name)
  return function decodeResolved(bytes) {
    const body = Buffer.from(bytes.subarray(WIRE_HEADER_BYTES))
    const resolved = ours.toBuffer(fromBuffer(ours, body, resolver))
    return decode(Buffer.concat([bytes.subarray(0, WIRE_HEADER_BYTES), resolved]))
  }
}

function fromBuffer(
  type: avro.Type,
  body: Buffer,
  resolver: ReturnType<avro.Type['createResolver']>,
): unknown {
  try {
    return type.fromBuffer(body, resolver)
  } catch {
    // Its message may quote the value.
    throw new CodecError('bytes_malformed', 'malformed record')
  }
}

function toAvroSchema(schema: unknown): avro.Schema {
  return schema as avro.Schema
}
