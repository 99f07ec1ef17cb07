import { schemaTexts, type WireRecord, type WireRecordName } from '@wabastream/contracts'
import fc, { type Arbitrary } from 'fast-check'

/**
 * Any valid record of a type, drawn from its schema, which is all of our code that the tests trust.
 */
export function arbitraryWireRecord(name: WireRecordName): Arbitrary<WireRecord> {
  const data = arbitraryOf(JSON.parse(schemaTexts[name]), new Map())
  return data.map((value) => ({ type: name, data: value }) as WireRecord)
}

interface Named {
  readonly type: unknown
  readonly name: string
  readonly namespace?: string
  readonly fields: readonly { readonly name: string; readonly type: unknown }[]
  readonly items: unknown
  readonly closedSet?: readonly string[]
}

const text = fc.oneof(
  fc.string({ maxLength: 100 }),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.constantFrom(
    '',
    'x'.repeat(63),
    'x'.repeat(64),
    'é'.repeat(63),
    'wamid.HBgLMTY1MDM4Nzk0MzkVAgAS',
  ),
)
const primitives = new Map<unknown, Arbitrary<unknown>>([
  ['null', fc.constant(null)],
  ['string', text],
  ['boolean', fc.boolean()],
  ['int', fc.oneof(fc.integer(), fc.integer({ min: -70, max: 70 }))],
  ['long', fc.oneof(fc.integer({ min: -(2 ** 52), max: 2 ** 52 }), fc.integer())],
  ['bytes', fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))],
])

function arbitraryOf(
  schema: unknown,
  defined: Map<unknown, Arbitrary<unknown>>,
): Arbitrary<unknown> {
  const known = primitives.get(schema) ?? defined.get(schema)
  if (known !== undefined) return known
  if (Array.isArray(schema))
    return fc.oneof(...schema.map((branch) => arbitraryOf(branch, defined)))
  const { type, name, namespace, fields, items, closedSet } = schema as Named
  if (closedSet !== undefined) return fc.constantFrom(...closedSet)
  if (type === 'array') return fc.array(arbitraryOf(items, defined), { maxLength: 3 })
  if (type !== 'record') return arbitraryOf(type, defined)
  const members = fields.map((field) => [field.name, arbitraryOf(field.type, defined)] as const)
  const record = fc.record(Object.fromEntries(members))
  defined.set(`${namespace ?? ''}.${name}`, record)
  return record
}
