// Writes src/generated/record-codecs.ts from schemas/: straight-line Avro code for every record.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { closedSets } from '@wabastream/contracts'

type Schema = string | readonly Schema[] | SchemaObject
interface SchemaObject {
  readonly type: Schema
  readonly name?: string
  readonly fields?: readonly { readonly name: string; readonly type: Schema }[]
  readonly items?: Schema
  readonly closedSet?: readonly string[]
  readonly typeName?: string
  /** Shared parts of records belong to no topic. */
  readonly topic?: string
}
/** Method of AvroWriter and AvroReader, and what to pass it. */
interface Access {
  readonly method: string
  readonly record?: string
  readonly words?: readonly string[]
}

const NAMESPACE = 'wabastream.'
const PRIMITIVES = new Set(['string', 'int', 'long', 'boolean', 'bytes'])
const schemasDirectory = new URL('../../../schemas/', import.meta.url)
const target = new URL('../src/generated/record-codecs.ts', import.meta.url)

const schemas = readdirSync(schemasDirectory)
  .filter((file) => file.endsWith('.avsc'))
  .toSorted()
  .map((file): SchemaObject => JSON.parse(readFileSync(new URL(file, schemasDirectory), 'utf8')))

/** Including those whose words follow from the topology. */
const namedSets = new Map<string, readonly string[]>(Object.entries(closedSets))

const functions = new Map<string, string>()
const constants: string[] = []

function isUnion(schema: Schema): schema is readonly Schema[] {
  return Array.isArray(schema)
}

function toAccess(schema: Schema): Access {
  if (typeof schema === 'string') {
    if (PRIMITIVES.has(schema)) return { method: schema }
    if (!schema.startsWith(NAMESPACE)) throw new Error(`no code for type ${schema}`)
    const record = schema.slice(NAMESPACE.length)
    return { method: 'record', record }
  }
  if (isUnion(schema)) return toNullable(schema)
  const words = namedSets.get(schema.typeName ?? '') ?? schema.closedSet
  if (words !== undefined) return { method: 'string', words }
  if (schema.type === 'array') return toItems(schema)
  if (schema.type === 'record') {
    emitRecord(schema)
    return toAccess(`${NAMESPACE}${schema.name ?? ''}`)
  }
  return toAccess(schema.type)
}

function toNullable(branches: readonly Schema[]): Access {
  const [first, second] = branches
  if (first !== 'null' || second === undefined || branches.length !== 2) {
    throw new Error('only unions of null and one type have code')
  }
  const access = toAccess(second)
  if (access.record !== undefined) throw new Error('nullable records have no code')
  return {
    ...access,
    method: `nullable${access.method.replace(/^./, (letter) => letter.toUpperCase())}`,
  }
}

function toItems(schema: SchemaObject): Access {
  const { record } = toAccess(schema.items ?? 'null')
  if (record === undefined) throw new Error('only arrays of records have code')
  return { method: 'items', record }
}

function emitRecord(schema: SchemaObject): void {
  const name = schema.name ?? ''
  const fields = (schema.fields ?? []).map((field) => ({ ...field, access: toAccess(field.type) }))
  const writes = fields.map(({ name: field, access }) => `  ${toWrite(access, `value.${field}`)}\n`)
  const reads = fields.map(
    ({ name: field, access }) => `    ${field}: ${toRead(access, name, field)},\n`,
  )
  functions.set(
    name,
    `function write${name}(out: AvroWriter, value: ${name}): void {\n${writes.join('')}}\n\n` +
      `function read${name}(input: AvroReader): ${name} {\n  return {\n${reads.join('')}  }\n}\n`,
  )
}

function toWrite({ method, record }: Access, value: string): string {
  if (method === 'record') return `write${record}(out, ${value})`
  return method === 'items' ? `out.items(${value}, write${record})` : `out.${method}(${value})`
}

function toRead({ method, record, words }: Access, owner: string, field: string): string {
  if (method === 'record') return `read${record}(input)`
  if (method === 'items') return `input.items(read${record})`
  if (words === undefined) return `input.${method}()`
  const constant = `words${owner}${field.replace(/^./, (letter) => letter.toUpperCase())}`
  const list = words.map((word) => `  '${word}',\n`).join('')
  constants.push(`const ${constant} = [\n${list}] as const\n`)
  return `input.${method === 'string' ? 'word' : 'nullableWord'}(${constant})`
}

for (const schema of schemas) emitRecord(schema)
const wireNames = schemas.flatMap(({ name = '', topic }) => (topic === undefined ? [] : [name]))
const types = [...functions.keys()].toSorted().map((name) => `  type ${name},\n`)
const names = wireNames.map((name) => `  '${name}',\n`)
const writers = wireNames.map((name) => `  ${name}: write${name},\n`)
const readers = wireNames.map(
  (name) => `  ${name}: (input) => ({ type: '${name}', data: read${name}(input) }),\n`,
)

writeFileSync(
  target,
  `// Generated from schemas/ by \`npm run generate\`. Do not edit.
import {
${types.join('')}  type WireRecordName,
} from '@wabastream/contracts'
import { type AvroReader } from '../avro-reader.ts'
import { type AvroWriter } from '../avro-writer.ts'
import { type RecordReaders, type RecordWriters } from '../record-access.ts'

${constants.join('\n')}
${[...functions.values()].join('\n')}
/** Every record that is sent. */
export const wireRecordNames: readonly WireRecordName[] = [
${names.join('')}]

export const recordWriters: RecordWriters = {
${writers.join('')}}

export const recordReaders: RecordReaders = {
${readers.join('')}}
`,
)
