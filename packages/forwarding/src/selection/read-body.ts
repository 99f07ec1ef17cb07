/** What a filter or an order has to know of a body. */
export interface BodyFacts {
  /** Ids of business numbers, in the order in which they are first named. */
  readonly numbers: readonly string[]
  readonly fields: ReadonlySet<string>
}

/** The field that flat bodies, which have none, are about. */
const FLAT_FIELD = 'messages'

/**
 * Reads numbers and fields of a body of any dialect; undefined for one that is no webhook. Flat
 * bodies are about the number that their channel is configured with.
 */
export function readBody(body: Uint8Array, configuredNumber: string | null): BodyFacts | undefined {
  const root = parse(body)
  if (!isObject(root)) return undefined
  const numbers = new Set<string>()
  const fields = new Set<string>()
  const add = (metadata: unknown): void => {
    const id = isObject(metadata) ? metadata['phone_number_id'] : undefined
    if (typeof id === 'string') numbers.add(id)
  }
  for (const change of listOf(root['entry']).flatMap((entry) => listIn(entry, 'changes'))) {
    if (!isObject(change)) continue
    if (typeof change['field'] === 'string') fields.add(change['field'])
    if (isObject(change['value'])) add(change['value']['metadata'])
  }
  if (!('entry' in root)) {
    fields.add(FLAT_FIELD)
    add(root['metadata'])
    if (numbers.size === 0 && configuredNumber !== null) numbers.add(configuredNumber)
  }
  return { numbers: [...numbers], fields }
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'))
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function listIn(value: unknown, key: string): readonly unknown[] {
  return isObject(value) ? listOf(value[key]) : []
}
