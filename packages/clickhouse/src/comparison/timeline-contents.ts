import { databaseName } from '@wabastream/contracts'
import { type ClickHouse } from '../client/clickhouse-client.ts'
import { type RawEnds } from './raw-ends.ts'
import { supersededColumns } from '../rows/timeline-row.ts'
import { comparedAs } from './cell-of.ts'
import { compareUnderTraffic } from './compare-under-traffic.ts'
import { countLoneColumns, readComparedColumns } from './compared-columns.ts'
import { type Differences, type KindCount, sumKinds } from './kinds.ts'
import { firstDay, type ComparisonScope } from './scope.ts'
import {
  countColumnDifferences,
  type GenerationPair,
  type TimelineDifference,
} from './timeline-differences.ts'

export interface ContentsOptions {
  readonly scope: ComparisonScope
  /** Kinds that are not looked for. */
  readonly accepted: ReadonlySet<string>
  /** Marks the ends of the raw topic; resolves with them once they are processed. */
  readonly settle: () => Promise<RawEnds>
}

export interface TimelineContents extends Differences {
  readonly differing: readonly TimelineDifference[]
  /** Columns that were compared. */
  readonly columns: readonly string[]
  /** Timelines that kept changing while they were compared. */
  readonly inFlight: number
}

/**
 * The first event that was seen is not part of what became of a message; the greatest values of
 * superseded columns depend on which rows there were.
 */
const uncompared = new Set([
  'number',
  'message_id',
  'participant',
  'anchor_day',
  'headless',
  ...supersededColumns,
])

/** Compares the rows of timelines. */
export async function compareTimelineRows(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  { accepted, scope, settle }: ContentsOptions,
): Promise<TimelineContents> {
  const table = 'message_timeline'
  const columns = await readComparedColumns(clickhouse, pair, { table, uncompared, accepted })
  const lone = await countLoneColumns(clickhouse, pair, {
    table,
    age: 'first_received_at',
    columns,
    scope,
  })
  const { differing, inFlight, isTruncated } = await compareUnderTraffic(clickhouse, pair, {
    settle,
    keyed: {
      table,
      age: 'first_received_at',
      firstDay: firstDay(scope),
      differs: toCondition(accepted),
      fingerprint: `sipHash64(formatRow('JSONCompactEachRow', ${['0', ...columns.compared.map(comparedAs)].join(', ')}))`,
    },
  })
  const paired = differing.filter(isPair)
  const counted = await countColumnDifferences(clickhouse, pair, {
    columns: columns.compared,
    keys: paired,
  })
  const kinds = sumKinds([...lone, ...differing.flatMap(toKind), ...counted])
  return {
    differing,
    inFlight,
    columns: columns.compared,
    kinds: kinds.filter(({ kind }) => !accepted.has(kind)),
    // Rows that differed are still different, even if no difference can be named.
    isTruncated: isTruncated || (paired.length > 0 && counted.length === 0),
  }
}

/** One condition for each kind of difference of a timeline, except accepted ones. */
function toCondition(accepted: ReadonlySet<string>): string {
  const conditions = new Map([
    ['missing_row', 'liveRows > 0 AND otherRows = 0'],
    ['surplus_row', 'liveRows = 0 AND otherRows > 0'],
    [
      'split_timeline',
      `liveRows > 0 AND otherRows > 0 AND (liveRows > 1 OR otherRows > 1)
      AND mine != theirs`,
    ],
  ])
  const searched = [...conditions].filter(([kind]) => !accepted.has(kind))
  return ['liveRows = 1 AND otherRows = 1 AND mine != theirs', ...searched.map(([, sql]) => sql)]
    .map((condition) => `(${condition})`)
    .join(' OR ')
}

export function isPair({ liveRows, otherRows }: TimelineDifference): boolean {
  return liveRows === 1 && otherRows === 1
}

function toKind(difference: TimelineDifference): readonly KindCount[] {
  const { liveRows, messageId, otherRows } = difference
  if (isPair(difference)) return []
  const kind = otherRows === 0 ? 'missing_row' : liveRows === 0 ? 'surplus_row' : 'split_timeline'
  return [{ kind, table: 'message_timeline', count: 1, example: messageId }]
}

/**
 * Compares the reported transitions, as the set of (timeline, rung, time). Transitions of a
 * timeline that only one generation has are not separate differences.
 */
export async function compareTransitions(
  clickhouse: ClickHouse,
  pair: GenerationPair,
  { accepted, scope, settle }: ContentsOptions,
): Promise<Differences & { readonly inFlight: number }> {
  const conditions = [
    ...(accepted.has('missing_transition') ? [] : ['NOT hasAll(theirs, mine)']),
    ...(accepted.has('surplus_transition') ? [] : ['NOT hasAll(mine, theirs)']),
  ]
  if (conditions.length === 0) return { kinds: [], isTruncated: false, inFlight: 0 }
  const table = 'status_transitions'
  const keysOf = (generation: number, slice: string): string => `
    (number, message_id, participant) IN (SELECT number, message_id, participant
      FROM ${databaseName(generation)}.message_timeline WHERE ${slice})`
  const { differing, inFlight, isTruncated } = await compareUnderTraffic(clickhouse, pair, {
    settle,
    keyed: {
      table,
      age: 'received_at',
      firstDay: firstDay(scope),
      differs: conditions.join(' OR '),
      fingerprint: "sipHash64(formatRow('JSONCompactEachRow', rung, event_at))",
      isCompared: (slice) => `${keysOf(pair.live, slice)} AND ${keysOf(pair.other, slice)}`,
    },
  })
  const count = (
    kind: string,
    isOf: (difference: TimelineDifference) => boolean,
  ): readonly KindCount[] => {
    const some = differing.filter(isOf)
    const [first] = some
    return first === undefined || accepted.has(kind)
      ? []
      : [{ kind, table, count: some.length, example: first.messageId }]
  }
  return {
    inFlight,
    isTruncated,
    kinds: [
      ...count('missing_transition', ({ mine, theirs }) => !isSubset(mine, theirs)),
      ...count('surplus_transition', ({ mine, theirs }) => !isSubset(theirs, mine)),
    ],
  }
}

function isSubset(some: readonly unknown[], all: readonly unknown[]): boolean {
  const known = new Set(all)
  return some.every((one) => known.has(one))
}
