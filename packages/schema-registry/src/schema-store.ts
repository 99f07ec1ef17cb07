import { setTimeout as delay } from 'node:timers/promises'
import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import { parseServerAddress, type ServerAddress } from '@wabastream/contracts'
import pRetry from 'p-retry'
import { askRegistry } from './ask-registry.ts'
import { CodecError } from './codec-error.ts'

/**
 * Services restart one after another and the log keeps records of every version: each version must
 * be able to read, and be read by, all others.
 */
export const SUBJECT_COMPATIBILITY = COMPATIBILITY.FULL_TRANSITIVE

/** What is needed of a schema registry. */
export interface SchemaStore {
  /**
   * Id of the schema under the subject: the same each time. Throws schema_refused if it may not be
   * there.
   */
  register(subject: string, schemaText: string): Promise<number>
  /** Schema as JSON value. Throws schema_missing if the registry knows none with that id. */
  schemaOf(id: number): Promise<unknown>
}

type RegistryAddress = Pick<ServerAddress, 'url' | 'authorization'>

const REQUEST_TIMEOUT_SECONDS = 5

/**
 * Services that start together register the same schemas. A registry answers all but one with 409,
 * which is also its answer to a schema that does not fit; and a service that comes between
 * another's schema and its compatibility finds the latter unset. So only a schema that is refused
 * each time counts as refused.
 */
const REFUSALS_MAX = 5
const FIRST_DELAY_MS = 100
/** The registry's own code in the body of its answer (Confluent's API reference). */
const SCHEMA_NOT_FOUND = 40_403
const MISSING_ANSWERS_MIN = 3
const MISSING_PAUSE_MS = 1_000

/** `address` may hold a user and password: they travel in a header. */
export function createSchemaStore(address: string): SchemaStore {
  const server = parseServerAddress(address)
  const { url, username, password, authorization } = server
  const registry = new SchemaRegistry({
    host: url,
    ...(authorization !== undefined && { auth: { username, password } }),
    retry: { retries: 2, initialRetryTimeInSecs: 0.1, maxRetryTimeInSecs: REQUEST_TIMEOUT_SECONDS },
  })
  return {
    async register(subject, schemaText) {
      const schema = { type: SchemaType.AVRO as const, schema: schemaText }
      const settings = { subject, compatibility: SUBJECT_COMPATIBILITY }
      const attempt = async (): Promise<number> => {
        const { id } = await pRetry(() => registry.register(schema, settings), {
          retries: REFUSALS_MAX - 1,
          minTimeout: FIRST_DELAY_MS,
          randomize: true,
          shouldRetry: ({ error }) => isConflict(error) || isOtherCompatibility(error),
        })
        return id
      }
      try {
        return await attempt().catch(async (error: unknown) => {
          if (!isOtherCompatibility(error) || !(await setWhereUnset(server, subject))) throw error
          return await attempt()
        })
      } catch (error) {
        throw isRefusal(error) ? toRefusal(subject, error) : error
      }
    },
    async schemaOf(id) {
      try {
        const schema = await registry.getSchema(id)
        return JSON.parse(JSON.stringify(schema))
      } catch (error) {
        if (!hasStatus(error, 404) || !(await isMissing(server, id))) throw error
        throw new CodecError('schema_missing', `the registry has no schema ${id}`, { cause: error })
      }
    },
  }
}

/**
 * True if the registry says so itself, more than once: a 404 may also come from an ingress without
 * a registry behind it, or from a replica that is behind. A record whose schema is missing for good
 * becomes a dead letter; otherwise the service only has to wait.
 */
async function isMissing({ url, authorization }: RegistryAddress, id: number): Promise<boolean> {
  for (let asked = 0; asked < MISSING_ANSWERS_MIN; asked += 1) {
    if (asked > 0) await delay(MISSING_PAUSE_MS)
    const answer = await fetch(`${url}/schemas/ids/${id}`, {
      ...(authorization !== undefined && { headers: { authorization } }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_SECONDS * 1_000),
    })
    const body: unknown = await answer.json().catch(() => undefined)
    const code =
      typeof body === 'object' && body !== null && 'error_code' in body
        ? body.error_code
        : undefined
    if (code !== SCHEMA_NOT_FOUND) return false
  }
  return true
}

/**
 * Whoever registered the subject may have ended before setting the compatibility. Sets it if the
 * registry names none, which is also Apicurio's answer for a subject without one. False if somebody
 * has chosen another.
 */
async function setWhereUnset(registry: RegistryAddress, subject: string): Promise<boolean> {
  const path = `/config/${encodeURIComponent(subject)}`
  const found = await askRegistry(registry, path)
  const isUnset =
    typeof found === 'object' &&
    found !== null &&
    'compatibilityLevel' in found &&
    found.compatibilityLevel === COMPATIBILITY.NONE
  if (!isUnset) return false
  const body = JSON.stringify({ compatibility: SUBJECT_COMPATIBILITY })
  return (await askRegistry(registry, path, { method: 'PUT', body })) !== null
}

function toRefusal(subject: string, cause: Error): CodecError {
  const message = `the registry refuses ${subject}: ${cause.message}`
  return new CodecError('schema_refused', message, { cause })
}

/** Incompatible or invalid, as opposed to a registry that is away. */
function isRefusal(error: unknown): error is Error {
  return isOtherCompatibility(error) || isConflict(error) || hasStatus(error, 422)
}

/** The subject has another compatibility than ours, for now or for good. */
function isOtherCompatibility(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConfluentSchemaRegistryCompatibilityError'
}

function isConflict(error: unknown): boolean {
  return hasStatus(error, 409)
}

function hasStatus(error: unknown, status: number): boolean {
  return error instanceof Error && 'status' in error && error.status === status
}
