// Writes src/generated from schemas/: TypeScript types, and each schema as self-contained text.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

type Schema = string | readonly Schema[] | SchemaObject
interface SchemaObject {
  readonly type: Schema
  readonly name?: string
  readonly namespace?: string
  readonly doc?: string
  readonly fields?: readonly Field[]
  readonly items?: Schema
  readonly closedSet?: readonly string[]
}
interface Field {
  readonly name: string
  readonly type: Schema
  readonly doc?: string
}

const NAMESPACE = 'wabastream'
const PRIMITIVES = new Map([
  ['string', 'string'],
  ['int', 'number'],
  ['long', 'number'],
  ['double', 'number'],
  ['boolean', 'boolean'],
  ['null', 'null'],
  ['bytes', 'Uint8Array'],
])
const schemasDirectory = new URL('../../../schemas/', import.meta.url)
const generatedDirectory = new URL('../src/generated/', import.meta.url)

const records = new Map<string, SchemaObject>()
for (const file of readdirSync(schemasDirectory)
  .filter((name) => name.endsWith('.avsc'))
  .sort()) {
  const record: SchemaObject = JSON.parse(readFileSync(new URL(file, schemasDirectory), 'utf8'))
  if (`${record.name}.avsc` !== file) throw new Error(`${file} must hold the record of its name`)
  records.set(file.slice(0, -'.avsc'.length), record)
}

const interfaces = new Map<string, string>()

function toType(schema: Schema): string {
  if (typeof schema === 'string') {
    return PRIMITIVES.get(schema) ?? schema.slice(NAMESPACE.length + 1)
  }
  if (isList(schema)) return schema.map(toType).toReversed().join(' | ')
  if (schema.closedSet) return schema.closedSet.map((word) => `'${word}'`).join(' | ')
  if (schema.type === 'array') return `readonly ${toElement(schema.items ?? 'null')}[]`
  if (schema.type === 'record') {
    emitInterface(schema)
    return schema.name ?? ''
  }
  return toType(schema.type)
}

function toElement(schema: Schema): string {
  const type = toType(schema)
  return type.includes('|') ? `(${type})` : type
}

function isList(schema: Schema): schema is readonly Schema[] {
  return Array.isArray(schema)
}

function emitInterface(record: SchemaObject): void {
  const lines = (record.fields ?? []).map(
    (field) => `  /** ${field.doc ?? ''} */\n  readonly ${field.name}: ${toType(field.type)}`,
  )
  const text = `/** ${record.doc ?? ''} */\nexport interface ${record.name} {\n${lines.join('\n')}\n}\n`
  interfaces.set(record.name ?? '', text)
}

/** A registry takes one self-contained schema: the first mention of a shared record becomes its definition. */
function inline(schema: Schema, defined: Set<string>): Schema {
  if (typeof schema === 'string') {
    const shared = records.get(schema.slice(NAMESPACE.length + 1))
    if (PRIMITIVES.has(schema) || !shared || defined.has(schema)) return schema
    defined.add(schema)
    return inline(shared, defined)
  }
  if (isList(schema)) return schema.map((branch) => inline(branch, defined))
  return {
    ...schema,
    ...(schema.items ? { items: inline(schema.items, defined) } : {}),
    ...(schema.fields
      ? { fields: schema.fields.map((field) => ({ ...field, type: inline(field.type, defined) })) }
      : {}),
  }
}

for (const record of records.values()) emitInterface(record)
const header = '// Generated from schemas/ by `npm run generate`. Do not edit.\n'
writeFileSync(new URL('types.ts', generatedDirectory), header + [...interfaces.values()].join('\n'))

const texts = [...records].map(
  ([name, record]) =>
    `  ${name}:\n    '${JSON.stringify(inline(record, new Set())).replaceAll("'", "\\'")}',`,
)
writeFileSync(
  new URL('schema-texts.ts', generatedDirectory),
  `${header}/** Avro schema of each record, self-contained, by record name. */\n` +
    `export const schemaTexts = {\n${texts.join('\n')}\n} as const\n`,
)
