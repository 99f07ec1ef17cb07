import { type ClickHouse } from '../client/clickhouse-client.ts'
import { runStatement } from '../migrations/run-statement.ts'
import { defaultViewsDatabase } from '../views/view-definition.ts'

const TABLE = 'detection_log'

/** Something that was wrong with a number, an account or a template. */
export interface LoggedDetection {
  readonly kind: string
  readonly number: string
  readonly subject: string
  readonly sinceMs: number
  /** Null in the row of its beginning. */
  readonly endedMs: number | null
  readonly reason: string
  readonly figures: Readonly<Record<string, number>>
}

/**
 * What was detected, of whatever generation. A detection is keyed by what it is about and when it
 * began; a second row, with its end, replaces the first one. So what is detected again, after a
 * restart or by another process, is the same row.
 */
export async function createDetectionLog(client: ClickHouse, viewsDatabase: string): Promise<void> {
  await runStatement(
    client,
    `
    CREATE TABLE IF NOT EXISTS ${viewsDatabase}.${TABLE} (
      kind LowCardinality(String), number LowCardinality(String), subject String,
      since DateTime64(3, 'UTC'), ended_at Nullable(DateTime64(3, 'UTC')), reason String,
      figures Map(LowCardinality(String), Float64), step UInt8,
      logged_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
    ) ENGINE = ReplacingMergeTree(step) ORDER BY (kind, number, subject, since)`,
  )
}

const columns = [
  'kind',
  'number',
  'subject',
  'since',
  'ended_at',
  'reason',
  'figures',
  'step',
] as const

/** Appends a row for each. They are in the table when it resolves. */
export async function logDetections(
  client: Pick<ClickHouse, 'insert'>,
  detections: readonly LoggedDetection[],
  database: string = defaultViewsDatabase,
): Promise<void> {
  if (detections.length === 0) return
  const lines = detections.map(({ endedMs, figures, kind, number, reason, sinceMs, subject }) =>
    JSON.stringify([
      kind,
      number.toWellFormed(),
      subject.toWellFormed(),
      sinceMs,
      endedMs,
      reason.toWellFormed(),
      figures,
      endedMs === null ? 0 : 1,
    ]),
  )
  await client.insert({ database, table: TABLE, columns }, [Buffer.from(lines.join('\n'))])
}

interface DetectionRow extends Omit<LoggedDetection, 'figures'> {
  readonly figures: Record<string, number>
}

/** Those that go on, and those that ended since then. */
export function readDetections(
  client: Pick<ClickHouse, 'query'>,
  {
    database = defaultViewsDatabase,
    sinceMs,
  }: { readonly database?: string; readonly sinceMs: number },
): Promise<readonly LoggedDetection[]> {
  return client.query<DetectionRow>(
    `SELECT toString(kind) AS kind, toString(number) AS number, subject,
      toUnixTimestamp64Milli(since) AS sinceMs, toUnixTimestamp64Milli(ended_at) AS endedMs, reason,
      figures
    FROM ${database}.${TABLE} FINAL
    WHERE ended_at IS NULL OR ended_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
    ORDER BY since, kind, number, subject`,
    { since: sinceMs },
  )
}
