import { type ClickHouseClient } from '@clickhouse/client'
import { type KeyedTransition } from '@wabastream/end-to-end'
import { type Judgement, named, repeated, without } from './judgement.ts'

/** The table's rows, as readers see them, against the topic's records: each once, all of it. */
export async function judgeTransitionRows(
  client: ClickHouseClient,
  database: string,
  transitions: readonly KeyedTransition[],
): Promise<Partial<Judgement>> {
  const result = await client.query({
    query: `
      SELECT toJSONString([number, message_id, participant, toString(kind), toString(rung),
        toString(previous_rung), event_id]) AS texts,
        toJSONString([toUnixTimestamp64Milli(event_at), toUnixTimestamp64Milli(received_at),
          since_sent_ms, since_delivered_ms, failure_code]) AS numbers
      FROM ${database}.status_transitions FINAL
      SETTINGS output_format_json_quote_64bit_integers = 0`,
    format: 'JSONEachRow',
  })
  const stored = (await result.json<{ readonly texts: string; readonly numbers: string }>()).map(
    ({ texts, numbers }) => describe(JSON.parse(texts), JSON.parse(numbers)),
  )
  const expected = transitions.map((one) =>
    describe(
      [
        one.number,
        one.messageId,
        one.participant,
        one.kind,
        one.rung,
        one.previousRung ?? '',
        one.eventId,
      ],
      [one.at, one.receivedAt, one.sinceSentMs, one.sinceDeliveredMs, one.failureCode],
    ),
  )
  return {
    lost: named('row of transition', without(expected, stored)),
    doubled: [
      ...named('row of no transition', without(stored, expected)),
      ...named('row of transition', repeated(stored)),
    ],
  }
}

function describe(texts: unknown, numbers: unknown): string {
  return JSON.stringify([texts, numbers])
}
