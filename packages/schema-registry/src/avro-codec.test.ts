import { describe, expect, it } from '@jest/globals'
import { schemaTexts, type WireRecord } from '@wabastream/contracts'
import avro from 'avsc'
import fc from 'fast-check'
import { arbitraryWireRecord } from './arbitrary-record.fixture.ts'
import { type AvroCodec, createAvroCodec } from './avro-codec.ts'
import { wireRecordNames } from './generated/record-codecs.ts'
import { createInMemorySchemaStore } from './in-memory-schema-store.ts'

const HEADER_BYTES = 5
const ROUNDS = { numRuns: 40 }
const store = createInMemorySchemaStore()
const codec = createAvroCodec({ store })
await codec.register()

const judges = new Map(
  wireRecordNames.map((name) => [name, avro.Type.forSchema(JSON.parse(schemaTexts[name]))]),
)

const encode = (with_: AvroCodec, record: WireRecord): Buffer => {
  const { type, data }: { type: WireRecord['type']; data: never } = record as never
  return with_.encode(type, data)
}

describe('encode', () => {
  it.each(wireRecordNames)('writes %s byte for byte as avsc does', (name) => {
    fc.assert(
      fc.property(arbitraryWireRecord(name), (record) => {
        const bytes = encode(codec, record).subarray(HEADER_BYTES)
        expect(bytes.equals(judges.get(name)?.toBuffer(record.data) ?? Buffer.alloc(0))).toBe(true)
      }),
      ROUNDS,
    )
  })

  it('keeps earlier records whole when a slab is full', () => {
    const record = deadLetter(new Uint8Array(100_000).fill(7))
    const encoded = Array.from({ length: 10 }, () => encode(codec, record))
    for (const bytes of encoded) expect(codec.decode(bytes)).toEqual(record)
  })

  it('writes records bigger than a slab', () => {
    const record = deadLetter(new Uint8Array(3_000_000).fill(9))
    expect(codec.decode(encode(codec, record))).toEqual(record)
  })

  it.each([
    ['a missing text', { detail: undefined }],
    ['a number for a text', { detail: 5 }],
    ['a text for a number', { offset: '5' }],
    ['a fraction', { offset: 1.5 }],
    ['a number beyond 32 bits', { partition: 2 ** 31 }],
    ['a number that a double cannot hold', { offset: 2 ** 60 }],
  ])('refuses %s', (_name, change) => {
    const data = { ...deadLetter(new Uint8Array(1)).data, ...change } as never
    expect(() => codec.encode('DeadLetter', data)).toThrow(
      expect.objectContaining({ code: 'value_rejected' }),
    )
  })

  it('needs registration first', () => {
    const fresh = createAvroCodec({ store })
    expect(() => encode(fresh, deadLetter(new Uint8Array()))).toThrow(
      expect.objectContaining({ code: 'not_registered' }),
    )
  })
})

describe('decode', () => {
  it.each(wireRecordNames)('reads %s as it was written', (name) => {
    fc.assert(
      fc.property(arbitraryWireRecord(name), (record) => {
        expect(codec.decode(encode(codec, record))).toEqual(record)
      }),
      ROUNDS,
    )
  })

  it('never returns a record from cut bytes', () => {
    fc.assert(
      fc.property(arbitraryWireRecord('MessageStatusChanged'), fc.nat(), (record, cut) => {
        const bytes = encode(codec, record)
        const part = bytes.subarray(0, cut % bytes.length)
        expect(() => codec.decode(part)).toThrow(
          expect.objectContaining({ code: 'bytes_malformed' }),
        )
      }),
      ROUNDS,
    )
  })

  it('refuses bytes after the record', () => {
    const bytes = Buffer.concat([encode(codec, deadLetter(new Uint8Array(3))), Buffer.from([0])])
    expect(() => codec.decode(bytes)).toThrow(expect.objectContaining({ code: 'bytes_malformed' }))
  })

  it('keeps no part of the buffer that it read from alive', () => {
    const record = codec.decode(encode(codec, deadLetter(new Uint8Array(3).fill(1))))
    expect(record.type === 'DeadLetter' && record.data.body.buffer.byteLength).toBe(3)
  })

  it('reads the bytes of another version once its schema is prepared', async () => {
    const schema = JSON.parse(schemaTexts.DeadLetter)
    const added = { name: 'invented', type: ['null', 'string'], default: null }
    const newer = { ...schema, fields: [added, ...schema.fields] }
    const id = await store.register('wabastream.DeadLetter', JSON.stringify(newer))
    const record = deadLetter(Buffer.from([1, 2]))
    const body = avro.Type.forSchema(newer).toBuffer({ invented: 'x', ...record.data })
    const bytes = Buffer.concat([Buffer.from([0, 0, 0, 0, id]), body])
    expect(codec.isPrepared(bytes)).toBe(false)
    expect(() => codec.decode(bytes)).toThrow(expect.objectContaining({ code: 'schema_unknown' }))
    await codec.prepare(bytes)
    expect(codec.decode(bytes)).toEqual(record)
  })

  it('refuses schemas of others', async () => {
    const id = await store.register('x', '{"type":"record","name":"x.Other","fields":[]}')
    await expect(codec.prepare(Buffer.from([0, 0, 0, 0, id]))).rejects.toMatchObject({
      code: 'schema_foreign',
    })
  })
})

function deadLetter(body: Uint8Array): Extract<WireRecord, { type: 'DeadLetter' }> {
  return {
    type: 'DeadLetter',
    data: {
      reason: 'too_large',
      detail: 'größer',
      stage: 'decoder',
      generation: 1,
      topic: 't',
      partition: 0,
      offset: 2 ** 40,
      itemIndex: -1,
      receiptId: '',
      channel: '',
      receivedAt: 1,
      attempts: 1,
      firstSeenAt: null,
      redrivenAt: null,
      destination: '',
      body,
    },
  }
}
