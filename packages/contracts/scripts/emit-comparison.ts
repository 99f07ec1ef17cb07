import { type SchemaObject } from './schema.ts'

const RECORD = 'MessageTimeline'

/** Compares two timelines in straight-line code: the fold does it for every event. */
export function emitComparison(records: readonly SchemaObject[]): string {
  const fields = records.find(({ name }) => name === RECORD)?.fields
  if (fields === undefined) throw new Error(`there is no ${RECORD}`)
  const terms = fields.map(({ name }) => `left.${name} === right.${name}`)
  return `import { type ${RECORD} } from './types.ts'

/** Whether two timelines are equal field by field; a list is equal to itself alone. */
export function isSameTimeline(left: ${RECORD}, right: ${RECORD}): boolean {
  return (
    ${terms.join(' &&\n    ')}
  )
}
`
}
