import { ATTRIBUTES, isUnion, NAMESPACE, type Schema, type SchemaObject } from './schema.ts'

/** The text that each record is registered with. */
export function emitSchemaTexts(records: ReadonlyMap<string, SchemaObject>): string {
  const texts = [...records].map(([name, record]) => {
    const text = JSON.stringify(inline(record, { records, defined: new Set() }), withoutAttributes)
    return `  ${name}:\n    '${text.replaceAll("'", "\\'")}',`
  })
  return (
    '/** Avro schema of each record, self-contained, by record name. */\n' +
    `export const schemaTexts = {\n${texts.join('\n')}\n} as const\n`
  )
}

interface Scope {
  readonly records: ReadonlyMap<string, SchemaObject>
  /** Shared records that the text defines already. */
  readonly defined: Set<string>
}

/**
 * A registry takes one self-contained schema: the first mention of a shared record becomes its
 * definition.
 */
function inline(schema: Schema, scope: Scope): Schema {
  if (typeof schema === 'string') {
    const shared = schema.startsWith(`${NAMESPACE}.`)
      ? scope.records.get(schema.slice(NAMESPACE.length + 1))
      : undefined
    if (shared === undefined || scope.defined.has(schema)) return schema
    scope.defined.add(schema)
    return inline(shared, scope)
  }
  if (isUnion(schema)) return schema.map((branch) => inline(branch, scope))
  return {
    ...schema,
    ...(schema.items ? { items: inline(schema.items, scope) } : {}),
    ...(schema.fields
      ? { fields: schema.fields.map((field) => ({ ...field, type: inline(field.type, scope) })) }
      : {}),
  }
}

/** Leaves out what only the generator reads: it would make another version of the schema. */
function withoutAttributes(key: string, value: unknown): unknown {
  return ATTRIBUTES.has(key) ? undefined : value
}
