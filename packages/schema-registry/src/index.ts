export { type AvroCodec, createAvroCodec, isSchemaRefused, type SchemaIds } from './avro-codec.ts'
export { CodecError, type CodecErrorCode } from './codec-error.ts'
export { createInMemorySchemaStore } from './in-memory-schema-store.ts'
export { type SchemaStore } from './schema-store.ts'
