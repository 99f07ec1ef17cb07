/** A part of a parsed document, in which anything may be missing. */
export type Json = Readonly<Record<string, unknown>>

export function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The value at the end of a path of keys and positions; undefined if the path breaks off. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (part, key) => (typeof key === 'number' ? asList(part)[key] : asObject(part)[key]),
    value,
  )
}

/** The second laid over the first, object by object, as Helm does with values. */
export function merged(under: unknown, over: unknown): unknown {
  if (over === undefined) return under
  const isObject = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isObject(under) || !isObject(over)) return over
  const [base, top] = [asObject(under), asObject(over)]
  const keys = [...new Set([...Object.keys(base), ...Object.keys(top)])]
  return Object.fromEntries(keys.map((key) => [key, merged(base[key], top[key])]))
}
