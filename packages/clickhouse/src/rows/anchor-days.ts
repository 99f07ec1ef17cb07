import { type ClickHouse } from '../client/clickhouse-client.ts'
import { sqlText } from '../client/sql-literal.ts'

export interface TimelineId {
  readonly number: string
  readonly messageId: string
  readonly participant: string
}

export interface AnchorDay extends TimelineId {
  /** Days since 1970: the earliest day that has a row. */
  readonly anchorDay: number
}

export const IDS_PER_QUERY_MAX = 500

/** The anchor days of those timelines that have rows already; nothing for the others. */
export async function findAnchorDays({
  client,
  database,
  ids,
}: {
  readonly client: Pick<ClickHouse, 'query'>
  readonly database: string
  readonly ids: readonly TimelineId[]
}): Promise<readonly AnchorDay[]> {
  const found: AnchorDay[] = []
  for (let from = 0; from < ids.length; from += IDS_PER_QUERY_MAX) {
    const some = ids.slice(from, from + IDS_PER_QUERY_MAX)
    found.push(...(await client.query<AnchorDay>(toQuery(database, some))))
  }
  return found
}

/** The message ids are also named alone, because the table's bloom filter is on them. */
function toQuery(database: string, ids: readonly TimelineId[]): string {
  const keys = ids.map(
    ({ number, messageId, participant }) =>
      `(${sqlText(number)}, ${sqlText(messageId)}, ${sqlText(participant)})`,
  )
  return `
    SELECT number, message_id AS messageId, participant, toUInt32(min(anchor_day)) AS anchorDay
    FROM ${database}.message_timeline
    WHERE message_id IN (${ids.map(({ messageId }) => sqlText(messageId)).join(', ')})
      AND (number, message_id, participant) IN (${keys.join(', ')})
    GROUP BY number, message_id, participant`
}
