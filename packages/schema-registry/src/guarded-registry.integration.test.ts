// Goal: a registry that asks for a user and password can be used, and nothing shows them again.
// Method: the real registry behind a proxy that requires both.
import { randomUUID } from 'node:crypto'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { stackFromEnv } from '@wabastream/testing'
import { createAvroCodec } from './avro-codec.ts'
import { checkSchemas } from './check-schemas.ts'
import { type GuardedRegistry, startGuardedRegistry } from './guarded-registry.fixture.ts'
import { createSchemaStore, SUBJECT_COMPATIBILITY } from './schema-store.ts'

const USER = 'ana'
const PASSWORD = 'p@ss/wörd%'
const UNKNOWN_ID = 2_000_000_000
const TIMEOUT_MS = 60_000

describe('a registry with a user and password in its address', () => {
  let guarded: GuardedRegistry
  beforeAll(async () => {
    guarded = await startGuardedRegistry(stackFromEnv().schemaRegistryUrl, USER, PASSWORD)
  })
  afterAll(() => guarded.close())

  it(
    'takes schemas, returns them, and is checked by the doctor',
    async () => {
      const ids = await createAvroCodec({ url: guarded.url }).register()
      const [name, id] = [...ids][0] ?? []
      expect(await createSchemaStore(guarded.url).schemaOf(id ?? 0)).toMatchObject({
        name: `wabastream.${name}`,
      })
      const checks = await checkSchemas(guarded.url)
      expect(checks.every(({ isRegistered }) => isRegistered)).toBe(true)
    },
    TIMEOUT_MS,
  )

  it(
    'sets the compatibility if whoever registered the schema did not get to it',
    async () => {
      const { schemaRegistryUrl } = stackFromEnv()
      const subject = `wabastream.test.guarded.${randomUUID()}`
      const schema = JSON.stringify({
        type: 'record',
        name: 'A',
        fields: [{ name: 'a', type: 'int' }],
      })
      await fetch(`${schemaRegistryUrl}/subjects/${subject}/versions`, {
        method: 'POST',
        body: JSON.stringify({ schema }),
        headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      })
      await createSchemaStore(guarded.url).register(subject, schema)
      const config = await fetch(`${schemaRegistryUrl}/config/${subject}`)
      expect(await config.json()).toEqual({ compatibilityLevel: SUBJECT_COMPATIBILITY })
    },
    TIMEOUT_MS,
  )

  it(
    'says itself that it has no such schema',
    async () => {
      await expect(createSchemaStore(guarded.url).schemaOf(UNKNOWN_ID)).rejects.toMatchObject({
        code: 'schema_missing',
      })
    },
    TIMEOUT_MS,
  )

  it(
    'shows neither in any error, wherever it fails',
    async () => {
      const wrong = guarded.url.replace(USER, 'eve')
      const away = `http://${USER}:hunter2@127.0.0.1:1`
      const attempts = [wrong, away].flatMap((address) => [
        () => createAvroCodec({ url: address }).register(),
        () => createSchemaStore(address).schemaOf(UNKNOWN_ID),
        () => checkSchemas(address),
      ])
      for (const attempt of attempts) {
        const error: unknown = await attempt().then(
          () => 'none',
          (thrown: unknown) => thrown,
        )
        const shown = inspect(error, { depth: 10, showHidden: true })
        expect(shown).toContain('Error')
        for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), 'hunter2', `${USER}:`]) {
          expect(shown).not.toContain(secret)
        }
      }
    },
    TIMEOUT_MS,
  )
})
