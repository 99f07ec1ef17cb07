const INTEGER = /^-?\d+$/

/**
 * A payload with every integer as the text that it is written as: an id may be a number of more
 * digits than a double keeps.
 */
export function parsePayload(payload: string): unknown {
  return JSON.parse(payload, (_, value: unknown, { source = '' }) =>
    typeof value === 'number' && INTEGER.test(source) ? source : value,
  )
}
