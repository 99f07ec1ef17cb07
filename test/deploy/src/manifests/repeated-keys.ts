import { asList, asObject, at, type Json } from '../tools/json.ts'

/** What the server fills in where the schema of a built-in kind does not say so. */
const SERVER_DEFAULTS: Json = { protocol: 'TCP' }

export interface Schemas {
  /** The schema of a resource; undefined for a kind that is not known. */
  of(resource: Json): unknown
  /** What a `$ref` of a schema leads to. */
  resolve(reference: string): unknown
}

/**
 * Paths of list entries that have the key of an entry before them, as an API server compares them:
 * by `x-kubernetes-list-map-keys`, or by themselves in a list that is a set. A server refuses such
 * a list of a custom resource, and drops one of the two or refuses it for a kind of its own.
 */
export function findRepeatedKeys(resource: Json, schemas: Schemas): readonly string[] {
  const schema = schemas.of(resource)
  const name = `${String(resource['kind'])}/${String(at(resource, 'metadata', 'name'))}`
  if (schema === undefined) return [`${name}: unknown kind`]
  return visit({ value: resource, schema, path: name, schemas })
}

interface Visit {
  readonly value: unknown
  readonly schema: unknown
  readonly path: string
  readonly schemas: Schemas
}

function visit({ value, schema: given, path, schemas }: Visit): readonly string[] {
  const schema = dereferenced(given, schemas)
  if (Array.isArray(value)) {
    const items = value.flatMap((item: unknown, index) =>
      visit({
        value: item,
        schema: schema['items'],
        path: `${path}[${index}]`,
        schemas,
      }),
    )
    return [...repeatedIn({ value, schema, path, schemas }), ...items]
  }
  const properties = asObject(schema['properties'])
  return Object.entries(asObject(value)).flatMap(([key, part]) =>
    visit({
      value: part,
      schema: properties[key] ?? schema['additionalProperties'],
      path: `${path}.${key}`,
      schemas,
    }),
  )
}

function repeatedIn({ value, schema: given, path, schemas }: Visit): readonly string[] {
  const schema = asObject(given)
  const type = schema['x-kubernetes-list-type']
  if (type !== 'map' && type !== 'set') return []
  const itemSchema = dereferenced(schema['items'], schemas)
  const names = asList(schema['x-kubernetes-list-map-keys']).map(String)
  const keyOf = (item: unknown): string =>
    JSON.stringify(
      type === 'set'
        ? item
        : Object.fromEntries(
            names.map((name) => [
              name,
              at(item, name) ??
                at(itemSchema, 'properties', name, 'default') ??
                SERVER_DEFAULTS[name],
            ]),
          ),
    )
  const keys = asList(value).map(keyOf)
  return keys.flatMap((key, index) =>
    keys.indexOf(key) < index ? [`${path}[${index}]: ${key} again`] : [],
  )
}

function dereferenced(schema: unknown, schemas: Schemas): Json {
  const { $ref: reference, ...own } = asObject(schema)
  return typeof reference === 'string' ? { ...asObject(schemas.resolve(reference)), ...own } : own
}

/** Names of resources that stand in one list of manifests twice. */
export function findRepeatedNames(resources: readonly Json[]): readonly string[] {
  const names = resources.map((resource) =>
    [
      resource['apiVersion'],
      resource['kind'],
      at(resource, 'metadata', 'namespace') ?? '',
      at(resource, 'metadata', 'name'),
    ].join(' '),
  )
  return names.filter((name, index) => names.indexOf(name) < index)
}
