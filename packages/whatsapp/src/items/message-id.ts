/** Longest id accepted; the longest seen has 130 characters. Bounds keys of state and topics. */
const MESSAGE_ID_LENGTH_MAX = 512

/**
 * Ids are opaque: any non-empty text that survives UTF-8. Numbers are refused, and so are lone
 * surrogates and replacement characters: different ids would become the same.
 */
export function toMessageId(value: unknown): string | null {
  return describeIdProblem(value) === null && typeof value === 'string' ? value : null
}

export function describeIdProblem(value: unknown): string | null {
  if (value === undefined || value === null) return 'is missing'
  if (typeof value !== 'string') return 'is not text'
  if (value === '') return 'is empty'
  if (value.length > MESSAGE_ID_LENGTH_MAX) return `is longer than ${MESSAGE_ID_LENGTH_MAX}`
  return value.isWellFormed() && !value.includes('\uFFFD') ? null : 'is not valid UTF-8'
}
