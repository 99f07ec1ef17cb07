import { isUnion, NAMESPACE, type Schema, type SchemaObject, wordsOf } from './schema.ts'

const PRIMITIVES = new Map([
  ['string', 'string'],
  ['int', 'number'],
  ['long', 'number'],
  ['double', 'number'],
  ['boolean', 'boolean'],
  ['null', 'null'],
  ['bytes', 'Uint8Array'],
])

/** An interface for each record and a union of words for each closed set with a name. */
export function emitTypes(records: readonly SchemaObject[]): string {
  const interfaces = new Map<string, string>()

  function toType(schema: Schema): string {
    if (typeof schema === 'string') {
      return PRIMITIVES.get(schema) ?? schema.slice(NAMESPACE.length + 1)
    }
    if (isUnion(schema)) return schema.map(toType).toReversed().join(' | ')
    const words = wordsOf(schema)
    if (words !== undefined) return schema.typeName ?? toWords(words)
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

  function emitInterface(record: SchemaObject): void {
    const lines = (record.fields ?? []).map(
      (field) => `  /** ${field.doc ?? ''} */\n  readonly ${field.name}: ${toType(field.type)}`,
    )
    const text = `/** ${record.doc ?? ''} */\nexport interface ${record.name} {\n${lines.join('\n')}\n}\n`
    interfaces.set(record.name ?? '', text)
  }

  for (const record of records) emitInterface(record)
  const sets = [...namedSets(records)].map(
    ([name, words]) => `export type ${name} = ${toWords(words)}\n`,
  )
  return [...interfaces.values(), sets.join('')].join('\n')
}

/** The closed sets that have a name, by that name. */
export function namedSets(records: Iterable<SchemaObject>): ReadonlyMap<string, readonly string[]> {
  const sets = new Map<string, readonly string[]>()
  function visit(schema: Schema): void {
    if (typeof schema === 'string') return
    if (isUnion(schema)) {
      schema.forEach(visit)
      return
    }
    const words = wordsOf(schema)
    if (schema.typeName !== undefined && words !== undefined) sets.set(schema.typeName, words)
    schema.fields?.forEach(({ type }) => visit(type))
    if (schema.items !== undefined) visit(schema.items)
    if (schema.type !== undefined) visit(schema.type)
  }
  for (const record of records) visit(record)
  return sets
}

export function toWords(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(' | ')
}
