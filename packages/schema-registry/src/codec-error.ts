import { PortError, type PortErrorCode } from '@wabastream/processing'

export type CodecErrorCode = Extract<
  PortErrorCode,
  | 'value_rejected'
  | 'bytes_malformed'
  | 'schema_unknown'
  | 'schema_missing'
  | 'schema_foreign'
  | 'schema_refused'
  | 'not_registered'
>

/** A record or its schema is to blame; a registry that is away is another error. */
export class CodecError extends PortError<CodecErrorCode> {
  override readonly name = 'CodecError'
}
