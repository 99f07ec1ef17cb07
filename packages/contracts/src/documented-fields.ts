import { accountFields } from './documented-fields/account-fields.ts'
import { conversationFields } from './documented-fields/conversation-fields.ts'
import { type DocumentedPaths, type ExampleValue } from './documented-fields/documented-paths.ts'
import { groupFields } from './documented-fields/group-fields.ts'
import { numberFields } from './documented-fields/number-fields.ts'
import { templateFields } from './documented-fields/template-fields.ts'

export { type DocumentedPaths, type ExampleValue } from './documented-fields/documented-paths.ts'

/**
 * What each field of a webhook documents, but for those whose items are messages or statuses
 * (`messages`, `history`, `standby`, echoes). `tracking_events` can be subscribed to, and has no
 * page. Each entry names the page of Meta's that it is from.
 */
export const documentedFields: Readonly<Record<string, DocumentedPaths>> = {
  ...accountFields,
  ...conversationFields,
  ...groupFields,
  ...numberFields,
  ...templateFields,
}

interface Members {
  [member: string]: Members | Members[] | ExampleValue | ExampleValue[]
}

/** A value with all of the paths at once, each list with one place. */
export function toExample(paths: DocumentedPaths): Readonly<Members> {
  const root: Members = {}
  for (const [path, value] of Object.entries(paths)) put(root, path.split('.'), value)
  return root
}

function put(members: Members, [step = '', ...rest]: readonly string[], value: ExampleValue): void {
  const isList = step.endsWith('[]')
  const name = isList ? step.slice(0, -2) : step
  if (rest.length === 0) {
    members[name] = isList ? [value] : value
    return
  }
  const known = members[name]
  const inner = Array.isArray(known) ? known[0] : known
  const next: Members = typeof inner === 'object' ? inner : {}
  members[name] = isList ? [next] : next
  put(next, rest, value)
}

/** Paths of all texts, numbers and truths in a value; null says nothing. */
export function pathsOf(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) {
    return [...new Set(value.flatMap((one: unknown) => pathsOf(one, `${path}[]`)))]
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([member, inner]) =>
      pathsOf(inner, path === '' ? member : `${path}.${member}`),
    )
  }
  return value === null || value === undefined ? [] : [path]
}
