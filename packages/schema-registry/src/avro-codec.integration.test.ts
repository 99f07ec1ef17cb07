import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from '@jest/globals'
import { schemaTexts } from '@wabastream/contracts'
import { stackFromEnv } from '@wabastream/testing'
import avro from 'avsc'
import fc from 'fast-check'
import { arbitraryWireRecord } from './arbitrary-record.fixture.ts'
import { createAvroCodec, isSchemaRefused } from './avro-codec.ts'
import { wireRecordNames } from './generated/record-codecs.ts'
import { createSchemaStore, SUBJECT_COMPATIBILITY } from './schema-store.ts'

const { schemaRegistryUrl: url } = stackFromEnv()
const suffix = `T${process.pid}x${Date.now()}`

/** A subject and record name of its own: other tests share the registry. */
function schemaOf(fields: readonly unknown[]): string {
  return JSON.stringify({ type: 'record', name: suffix, namespace: 'wabastream.test', fields })
}

/** Passes requests on; a compatibility is set only once its subject was seen without one. */
async function startBetween() {
  const [registered, seen] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const server = createServer((request, response) => {
    void pass(request).then(({ status, body }) => response.writeHead(status).end(body))
  })
  async function pass(request: IncomingMessage) {
    const { method = '', url: path = '' } = request
    const sent = await text(request)
    if (method === 'PUT') await seen.promise
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${new URL(url).origin}${path}`, {
      method,
      headers,
      ...(sent !== '' && { body: sent }),
    })
    const body = await answer.text()
    if (method === 'POST') registered.resolve()
    if (method === 'GET' && body.includes('NONE')) seen.resolve()
    return { status: answer.status, body }
  }
  const port = await listen(server)
  return {
    url: `http://127.0.0.1:${port}${new URL(url).pathname}`,
    registered: registered.promise,
    close: () => {
      server.close()
    },
  }
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** As a client that knows nothing about compatibility. */
async function register(subject: string, schema: string): Promise<void> {
  await send('POST', `subjects/${subject}/versions`, { schema })
}

async function send(method: string, path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const { ok } = await fetch(`${url}/${path}`, { method, headers, body: JSON.stringify(body) })
  expect(ok).toBe(true)
}

async function answerOf(path: string): Promise<unknown> {
  return await (await fetch(`${url}/${path}`)).json()
}

const id = { name: 'id', type: 'string' }
const note = { name: 'note', type: ['null', 'string'], default: null }

describe('against a real registry', () => {
  it('gives every record the same schema id each time', async () => {
    const first = await createAvroCodec({ url }).register()
    const second = await createAvroCodec({ url }).register()
    expect([...first.keys()].toSorted()).toEqual([...wireRecordNames].toSorted())
    expect(Object.fromEntries(second)).toEqual(Object.fromEntries(first))
  })

  it('gives one id to processes that register the same new schema at once', async () => {
    const subject = `wabastream.test.together.${suffix}`
    const text = schemaOf([id])
    const stores = Array.from({ length: 6 }, () => createSchemaStore(url))
    const ids = await Promise.all(stores.map((store) => store.register(subject, text)))
    expect(new Set(ids).size).toBe(1)
  })

  it('gives one id even to a process that comes between a schema and its compatibility', async () => {
    const subject = `wabastream.test.between.${suffix}`
    const between = await startBetween()
    try {
      const first = createSchemaStore(between.url).register(subject, schemaOf([id]))
      await between.registered
      const second = createSchemaStore(between.url).register(subject, schemaOf([id]))
      expect(await second).toBe(await first)
    } finally {
      between.close()
    }
  })

  it('sets the compatibility if whoever registered the schema did not get to it', async () => {
    const subject = `wabastream.test.left.${suffix}`
    await register(subject, schemaOf([id]))
    expect(await answerOf(`config/${subject}`)).toEqual({ compatibilityLevel: 'NONE' })
    await createSchemaStore(url).register(subject, schemaOf([id]))
    expect(await answerOf(`config/${subject}`)).toEqual({
      compatibilityLevel: SUBJECT_COMPATIBILITY,
    })
  }, 30_000)

  it('refuses a subject with a compatibility that somebody chose, and says which', async () => {
    const subject = `wabastream.test.chosen.${suffix}`
    await register(subject, schemaOf([id]))
    await send('PUT', `config/${subject}`, { compatibility: 'BACKWARD' })
    const refusal = await createSchemaStore(url)
      .register(subject, schemaOf([id]))
      .catch((error: unknown) => error)
    expect(refusal).toMatchObject({
      code: 'schema_refused',
      message: expect.stringMatching(`${subject}.*${SUBJECT_COMPATIBILITY} != BACKWARD`),
    })
  }, 30_000)

  it('names a schema in each record, which a stranger can find and read', async () => {
    const codec = createAvroCodec({ url })
    await codec.register()
    const stranger = createAvroCodec({ url })
    for (const name of wireRecordNames) {
      const [record] = fc.sample(arbitraryWireRecord(name), 1)
      const bytes = codec.encode(name, record?.data as never)
      const response = await fetch(`${url}/schemas/ids/${bytes.readUInt32BE(1)}`)
      const { schema } = (await response.json()) as { schema: string }
      const read = avro.Type.forSchema(JSON.parse(schema)).fromBuffer(bytes.subarray(5))
      expect(JSON.parse(JSON.stringify(read))).toEqual(JSON.parse(JSON.stringify(record?.data)))
      await stranger.prepare(bytes)
      expect(stranger.decode(bytes)).toEqual(record)
    }
  })

  it('sets the compatibility of every subject', async () => {
    await createAvroCodec({ url }).register()
    for (const name of wireRecordNames) {
      const response = await fetch(`${url}/config/wabastream.${name}`)
      expect(await response.json()).toEqual({ compatibilityLevel: SUBJECT_COMPATIBILITY })
    }
  })

  it('takes a field with a default; refuses one without, a new type and a lost field', async () => {
    const store = createSchemaStore(url)
    const subject = `wabastream.test.${suffix}`
    const first = await store.register(subject, schemaOf([id]))
    const second = await store.register(subject, schemaOf([id, note]))
    expect(second).not.toBe(first)
    expect(await store.register(subject, schemaOf([id]))).toBe(first)
    const incompatible = [
      [id, note, { name: 'must', type: 'string' }],
      [{ name: 'id', type: 'long' }, note],
      [note],
    ]
    for (const fields of incompatible) {
      const refusal = await store
        .register(subject, schemaOf(fields))
        .catch((error: unknown) => error)
      expect(isSchemaRefused(refusal)).toBe(true)
    }
  })

  it('refuses an incompatible change of one of our own records', async () => {
    await createAvroCodec({ url }).register()
    const schema = JSON.parse(schemaTexts.MessageStatusChanged)
    const broken = { ...schema, fields: [...schema.fields, { name: 'must', type: 'long' }] }
    const attempt = createSchemaStore(url).register(
      'wabastream.MessageStatusChanged',
      JSON.stringify(broken),
    )
    await expect(attempt).rejects.toMatchObject({ code: 'schema_refused' })
  })

  it('calls a schema missing when the registry itself says so, and not after any other 404', async () => {
    const unknownId = 2_000_000_000
    await expect(createSchemaStore(url).schemaOf(unknownId)).rejects.toMatchObject({
      code: 'schema_missing',
    })
    const ingress = createServer((_, response) => {
      response.writeHead(404).end('no backend')
    })
    const port = await listen(ingress)
    const error = await createSchemaStore(`http://127.0.0.1:${port}`)
      .schemaOf(unknownId)
      .catch((cause: unknown) => cause)
    expect(error).toMatchObject({ status: 404 })
    expect(error).not.toHaveProperty('code')
    ingress.close()
  }, 30_000)

  it('does not call a registry that is away a refusal', async () => {
    const nowhere = createAvroCodec({ url: 'http://127.0.0.1:9' })
    const error = await nowhere.register().catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(Error)
    expect(isSchemaRefused(error)).toBe(false)
  })
})
