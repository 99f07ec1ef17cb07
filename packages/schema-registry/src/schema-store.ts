import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import pRetry from 'p-retry'
import { CodecError } from './codec-error.ts'

/**
 * Services restart one after another and the log keeps records of every version: each version must
 * be able to read, and be read by, all others.
 */
export const SUBJECT_COMPATIBILITY = COMPATIBILITY.FULL_TRANSITIVE

/** What is needed of a schema registry. */
export interface SchemaStore {
  /** Id of the schema under the subject: the same each time. SCHEMA_REFUSED when it may not be. */
  register(subject: string, schemaText: string): Promise<number>
  /** Schema as JSON value. */
  schemaOf(id: number): Promise<unknown>
}

const REQUEST_TIMEOUT_SECONDS = 5

/**
 * Services that start together register the same schemas, and a registry answers all but one with
 * 409, as it answers a schema that does not fit: only one that is refused each time is refused.
 */
const REFUSALS_MAX = 5
const FIRST_DELAY_MS = 100

export function createSchemaStore(url: string): SchemaStore {
  const registry = new SchemaRegistry({
    host: url,
    retry: { retries: 2, initialRetryTimeInSecs: 0.1, maxRetryTimeInSecs: REQUEST_TIMEOUT_SECONDS },
  })
  return {
    async register(subject, schemaText) {
      const schema = { type: SchemaType.AVRO as const, schema: schemaText }
      const settings = { subject, compatibility: SUBJECT_COMPATIBILITY }
      try {
        const { id } = await pRetry(() => registry.register(schema, settings), {
          retries: REFUSALS_MAX - 1,
          minTimeout: FIRST_DELAY_MS,
          randomize: true,
          shouldRetry: ({ error }) => isConflict(error),
        })
        return id
      } catch (error) {
        throw isRefusal(error)
          ? new CodecError('SCHEMA_REFUSED', `the registry refuses ${subject}`, { cause: error })
          : error
      }
    },
    async schemaOf(id) {
      const schema = await registry.getSchema(id)
      return JSON.parse(JSON.stringify(schema))
    },
  }
}

/** Incompatible or invalid, as opposed to a registry that is away. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error.name === 'ConfluentSchemaRegistryCompatibilityError') return true
  return isConflict(error) || ('status' in error && error.status === 422)
}

function isConflict(error: Error): boolean {
  return 'status' in error && error.status === 409
}
