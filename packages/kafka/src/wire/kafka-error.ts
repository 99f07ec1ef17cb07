import { PortError, type PortErrorCode } from '@wabastream/processing'

export type KafkaErrorCode = Extract<
  PortErrorCode,
  | 'unavailable'
  | 'records_refused'
  | 'queue_full'
  | 'stale_assignment'
  | 'position_gap'
  | 'corrupt_batch'
  | 'fenced'
  | 'transaction_failed'
  | 'not_allowed'
  | 'unknown_topic'
  | 'handler_failed'
  | 'closed'
  | 'unexpected'
>

/** Every error of this package, except a wrong number of partitions. */
export class KafkaError extends PortError<KafkaErrorCode> {
  override readonly name = 'KafkaError'

  constructor(code: KafkaErrorCode, message: string, cause?: unknown) {
    super(code, message, cause === undefined ? undefined : { cause })
  }
}

/** What is known about an error that the client threw, whatever realm it comes from. */
export interface ClientFailure {
  readonly name: string
  readonly message: string
  /** The broker's word for it. */
  readonly type: string | undefined
  readonly isRetriable: boolean
}

const CAUSES_MAX = 8

/** The client gives up on these, but the broker they wait for comes back. */
const passingNames: ReadonlySet<string> = new Set(['KafkaJSGroupCoordinatorNotFound'])

/** What to do about errors that no further attempt ends, by the broker's word for them. */
const adviceOn: ReadonlyMap<string, string> = new Map([
  [
    'UNSUPPORTED_COMPRESSION_TYPE',
    'the broker does not take zstd; set KAFKA_COMPRESSION=none for all services',
  ],
])

function propertiesOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value, ...named(value) } : {}
}

function named(value: object): Readonly<Record<string, unknown>> {
  const name = 'name' in value ? value.name : undefined
  const message = 'message' in value ? value.message : undefined
  return { name, message, cause: 'cause' in value ? value.cause : undefined }
}

/** The innermost failure: the client wraps the broker's error once or twice. */
export function failureOf(error: unknown): ClientFailure {
  let properties = propertiesOf(error)
  for (let depth = 0; depth < CAUSES_MAX; depth++) {
    if (typeof properties['cause'] !== 'object' || properties['cause'] === null) break
    if (typeof properties['type'] === 'string') break
    properties = propertiesOf(properties['cause'])
  }
  const { message, name, retriable, type } = properties
  const said = typeof message === 'string' ? message : String(error)
  const advice = typeof type === 'string' ? adviceOn.get(type) : undefined
  return {
    name: typeof name === 'string' ? name : 'Error',
    message: advice === undefined ? said : `${said}: ${advice}`,
    type: typeof type === 'string' ? type : undefined,
    isRetriable: retriable === true || (typeof name === 'string' && passingNames.has(name)),
  }
}

const groupMovedTypes: ReadonlySet<string> = new Set([
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'NOT_COORDINATOR_FOR_GROUP',
])

/** True if the group's members have another protocol, and this one has to wait until they leave. */
export function isOtherProtocol({ type }: ClientFailure): boolean {
  return type === 'INCONSISTENT_GROUP_PROTOCOL'
}

/** True if the group has moved on without this member's assignment. */
export function isGroupMoved({ type }: ClientFailure): boolean {
  return type !== undefined && groupMovedTypes.has(type)
}

/** Unlike trouble of the connection, which passes. */
function isDenied({ name, type }: ClientFailure): boolean {
  return (
    name === 'KafkaJSSASLAuthenticationError' ||
    type === 'SASL_AUTHENTICATION_FAILED' ||
    type?.endsWith('_AUTHORIZATION_FAILED') === true
  )
}

const fencedTypes: ReadonlySet<string> = new Set(['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED'])

/** A KafkaError for whatever was thrown; one of ours passes unchanged. */
export function toKafkaError(error: unknown, doing: string): KafkaError {
  if (error instanceof KafkaError) return error
  const failure = failureOf(error)
  const message = `${doing}: ${failure.message}`
  if (failure.name === 'KafkaJSOffsetOutOfRange') {
    return new KafkaError('position_gap', message, error)
  }
  if (failure.type === 'UNKNOWN_TOPIC_OR_PARTITION') {
    return new KafkaError('unknown_topic', message, error)
  }
  if (isDenied(failure)) return new KafkaError('not_allowed', message, error)
  if (isGroupMoved(failure)) return new KafkaError('stale_assignment', message, error)
  if (failure.type !== undefined && fencedTypes.has(failure.type)) {
    return new KafkaError('fenced', message, error)
  }
  return new KafkaError(failure.isRetriable ? 'unavailable' : 'unexpected', message, error)
}

/** For what a handler of a group threw; one of ours passes unchanged. */
export function toHandlerFailure(error: unknown, groupId: string): KafkaError {
  return error instanceof KafkaError
    ? error
    : new KafkaError('handler_failed', `a handler of ${groupId} failed`, error)
}
