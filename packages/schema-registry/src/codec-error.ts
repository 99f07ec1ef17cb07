export type CodecErrorCode =
  /** A value does not fit its schema. */
  | 'VALUE_REJECTED'
  /** Bytes are no record of the schema that they name. */
  | 'BYTES_MALFORMED'
  /** The schema id is not known here yet: `prepare` looks it up. */
  | 'SCHEMA_UNKNOWN'
  /** The registry itself says that it has no schema of that id. */
  | 'SCHEMA_MISSING'
  /** The id belongs to something that is none of our records. */
  | 'SCHEMA_FOREIGN'
  /** The registry refuses the schema: it is incompatible, or the subject is set up otherwise. */
  | 'SCHEMA_REFUSED'
  /** Encoding before `register`. */
  | 'NOT_REGISTERED'

export class CodecError extends Error {
  readonly code: CodecErrorCode

  constructor(code: CodecErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CodecError'
    this.code = code
  }
}
