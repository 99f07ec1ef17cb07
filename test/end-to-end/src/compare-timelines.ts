import { type OracleTimeline } from '@wabastream/testing'

export interface Comparison {
  readonly expected: number
  readonly stored: number
  /** Expected and not stored. */
  readonly missing: readonly string[]
  /** Stored more than once, or never expected. */
  readonly surplus: readonly string[]
  /** Stored otherwise than expected: key, field, both values. */
  readonly differing: readonly string[]
}

export function compareTimelines(
  expected: ReadonlyMap<string, OracleTimeline>,
  stored: readonly OracleTimeline[],
): Comparison {
  const open = new Map(expected)
  const surplus: string[] = []
  const differing: string[] = []
  for (const timeline of stored) {
    const key = JSON.stringify([timeline.number, timeline.messageId, timeline.participant])
    const wanted = open.get(key)
    if (!wanted) surplus.push(key)
    else differing.push(...differences(key, wanted, timeline))
    open.delete(key)
  }
  return {
    expected: expected.size,
    stored: stored.length,
    missing: [...open.keys()],
    surplus,
    differing,
  }
}

function differences(key: string, wanted: OracleTimeline, got: OracleTimeline): readonly string[] {
  const actual = new Map(Object.entries(got))
  return Object.entries(wanted)
    .filter(([field, value]) => actual.get(field) !== value)
    .map(([field, value]) => `${key} ${field}: expected ${value}, stored ${actual.get(field)}`)
}
