/** Each code of an error at a port, and whether the same call may succeed later. */
const retryableByCode = {
  /** The server is away, silent or electing. */
  unavailable: true,
  /** More bytes are waiting than the producer may hold. */
  queue_full: true,
  unknown_topic: true,
  /** These records will never be taken: too large, malformed, not allowed. */
  records_refused: false,
  /** Another member has the partition now, or it is to be taken again. */
  stale_assignment: false,
  /** Records between the expected and the actual position are gone, or came twice. */
  position_gap: false,
  /** Checksum or format of a stored batch is wrong, each time that it is fetched. */
  corrupt_batch: false,
  /** Another writer with the same transactional id has taken over. */
  fenced: false,
  /** The outcome is unknown: discard the writer's overlay and take the partition again. */
  transaction_failed: false,
  /** Wrong user or password, or a right that the user lacks. */
  not_allowed: false,
  /** The number of partitions is wrong: keys would be looked for in other partitions. */
  wrong_partition_count: false,
  handler_failed: false,
  closed: false,
  unexpected: false,
  /** The changelog ends where it can't. */
  changelog_moved: false,
  /** State was written in a way that this version does not know. */
  state_unreadable: false,
  /** Another member got the partition before it was taken here. */
  taken_away: false,
  /** Another process opened the state folder. */
  taken_over: false,
  /** The state folder can't be read. */
  damaged: false,
  /** A value does not fit its schema. */
  value_rejected: false,
  /** Bytes are not a record of the schema that they name. */
  bytes_malformed: false,
  /** The schema id is not known here yet: `prepare` looks it up. */
  schema_unknown: false,
  /** The registry itself says that it has no schema of that id. */
  schema_missing: false,
  /** The id belongs to something that is not one of our records. */
  schema_foreign: false,
  /** The registry refuses the schema: it is incompatible, or the subject is set up differently. */
  schema_refused: false,
  /** Encoding before `register`. */
  not_registered: false,
  /** The server can't read some row, and never will be able to. */
  bad_rows: false,
  /** No row can be written until somebody repairs the tables or the rights. */
  broken_schema: false,
  /** A migration that has run is not the one of this version. */
  migration_edited: false,
  /** The tables of a cluster were made for a single server. */
  not_replicated: false,
  /** The server has no time zone of that name. */
  unknown_time_zone: false,
} as const satisfies Readonly<Record<string, boolean>>

export type PortErrorCode = keyof typeof retryableByCode

/**
 * What every adapter throws, and all that the caller of a port knows about a failure: a code, and
 * whether to try again. The cause is for people to read.
 */
export class PortError<Code extends PortErrorCode = PortErrorCode> extends Error {
  override readonly name: string = 'PortError'
  readonly code: Code

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  /** True when the same call may succeed later. */
  get isRetryable(): boolean {
    return retryableByCode[this.code]
  }
}
