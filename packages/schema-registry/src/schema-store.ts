import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
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

export function createSchemaStore(url: string): SchemaStore {
  const registry = new SchemaRegistry({
    host: url,
    retry: { retries: 2, initialRetryTimeInSecs: 0.1, maxRetryTimeInSecs: REQUEST_TIMEOUT_SECONDS },
  })
  return {
    async register(subject, schemaText) {
      try {
        const schema = { type: SchemaType.AVRO as const, schema: schemaText }
        const { id } = await registry.register(schema, {
          subject,
          compatibility: SUBJECT_COMPATIBILITY,
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
  return 'status' in error && (error.status === 409 || error.status === 422)
}
