import { databaseName } from '@wabastream/contracts'
import { type ClickHouse } from '@wabastream/clickhouse'
import { type Literals } from './question.ts'

const DAY_MS = 86_400_000
/** The message that is looked for is of this many days before the end. */
const AGO_DAYS = 2

/** Literals of the data: a message that was read, of a customer with a typical number of them. */
export async function readLiterals(
  client: Pick<ClickHouse, 'query'>,
  generation: number,
  endMs: number,
): Promise<Literals> {
  const database = databaseName(generation)
  const [first] = await client.query<{ readonly day: string }>(
    `SELECT min(anchor_day) + 1 AS day FROM ${database}.message_timeline`,
  )
  const ago = new Date(endMs - AGO_DAYS * DAY_MS).toISOString().slice(0, 10)
  const day = first !== undefined && first.day > ago ? first.day : ago
  const [message] = await client.query<Omit<Literals, 'numbers' | 'endMs'>>(`
    SELECT number, message_id AS messageId, max(contact_id) AS contactId
    FROM ${database}.message_timeline
    WHERE anchor_day = '${day}' AND outbound AND bitAnd(rungs, 4) != 0 AND contact_id != ''
      AND participant = ''
    GROUP BY number, messageId ORDER BY cityHash64(messageId) LIMIT 1`)
  if (message === undefined) throw new Error(`no message was read on ${day}`)
  const numbers = await client.query<{ readonly number: string }>(
    `SELECT DISTINCT number FROM ${database}.message_timeline ORDER BY number`,
  )
  return { ...message, numbers: numbers.map(({ number }) => number), endMs }
}
