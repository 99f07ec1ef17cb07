import { createClient } from '@clickhouse/client'
import { databaseName, INTERNAL_CHANNEL } from '@wabastream/contracts'

interface Stored {
  readonly messageId: string
  /** Rows of events, one for each record of ours that says it. */
  readonly events: number
  readonly isMarked: boolean
}

/** What ClickHouse has of each message that a customer sent. */
export async function readStored(
  clickhouseUrl: string,
  generation: number,
): Promise<ReadonlyMap<string, Stored>> {
  const database = databaseName(generation)
  const client = createClient({ url: clickhouseUrl })
  try {
    const result = await client.query({
      query: `
        SELECT t.message_id AS messageId, toUInt32(max(e.events)) AS events,
          toBool(max(t.marked_read)) AS isMarked
        FROM ${database}.message_timeline AS t FINAL
        LEFT JOIN (
          SELECT message_id, count() AS events FROM ${database}.message_events FINAL
          WHERE event_type = 'MessageMarkedRead' AND channel = '${INTERNAL_CHANNEL}'
          GROUP BY message_id
        ) AS e ON e.message_id = t.message_id
        GROUP BY messageId`,
      format: 'JSONEachRow',
    })
    const rows = await result.json<Stored>()
    return new Map(rows.map((row) => [row.messageId, row]))
  } finally {
    await client.close()
  }
}

/**
 * A message is lost that the provider was not asked to mark, or whose mark ClickHouse does not
 * have; it is doubled where more than one record of ours says so.
 */
export function judgeReceipts(
  written: readonly string[],
  marks: ReadonlyMap<string, number>,
  stored: ReadonlyMap<string, Stored>,
): { readonly lost: readonly string[]; readonly doubled: readonly string[] } {
  return {
    lost: written.filter((id) => !marks.has(id) || stored.get(id)?.isMarked !== true),
    doubled: written.filter((id) => (stored.get(id)?.events ?? 0) > 1),
  }
}
