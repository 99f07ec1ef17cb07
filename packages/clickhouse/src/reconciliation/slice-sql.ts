export interface SliceTables {
  readonly database: string
  readonly generation: number
  readonly rawTopic: string
}

/** Bounds of every query of a slice, by the keys of the tables. */
const OFFSETS = `raw_partition = {rawPartition:UInt32}
  AND raw_offset >= {from:UInt64} AND raw_offset < {to:UInt64}`

const TIMES = `received_at >= fromUnixTimestamp64Milli({firstMs:Int64}, 'UTC')
  AND received_at <= fromUnixTimestamp64Milli({lastMs:Int64}, 'UTC')`

const NONE = `CAST([], 'Array(Int32)')`

/** How many verdicts the slice has, and when its webhooks came in. */
export function extentSql({ database }: SliceTables): string {
  return `
    SELECT toUInt32(count()) AS verdicts,
      toUnixTimestamp64Milli(min(received_at)) AS firstMs,
      toUnixTimestamp64Milli(max(received_at)) AS lastMs
    FROM ${database}.raw_webhooks FINAL WHERE ${OFFSETS}`
}

export function offsetsSql({ database }: SliceTables): string {
  return `
    SELECT DISTINCT raw_offset AS rawOffset FROM ${database}.raw_webhooks
    WHERE ${OFFSETS} ORDER BY rawOffset`
}

/** One row for each offset that has a verdict: what it counted, and which items are rows. */
function balancesSql({ database, generation, rawTopic }: SliceTables): string {
  return `
    SELECT raw_offset AS rawOffset, max(channel_) AS channel,
      toUnixTimestamp64Milli(max(received_at)) AS receivedAt,
      toUInt32(sum(events_)) AS eventsCounted, toUInt32(sum(letters_)) AS lettersCounted,
      groupUniqArrayArray(event_items) AS eventItems,
      groupUniqArrayArray(letter_items) AS letterItems,
      groupUniqArrayArray(error_items_told) AS errorItemsTold,
      groupUniqArrayArray(error_items) AS errorItems,
      groupUniqArrayArray(account_items_told) AS accountItemsTold,
      groupUniqArrayArray(account_items) AS accountItems
    FROM (
      SELECT raw_offset, received_at, toString(channel) AS channel_, 1 AS verdicts_,
        events AS events_, dead_letters AS letters_, ${NONE} AS event_items,
        ${NONE} AS letter_items, ${NONE} AS error_items_told, ${NONE} AS error_items,
        ${NONE} AS account_items_told, ${NONE} AS account_items
      FROM ${database}.raw_webhooks FINAL WHERE ${OFFSETS}
      UNION ALL
      SELECT raw_offset, max(received_at), '', 0, 0, 0, groupUniqArray(toInt32(item_index)),
        ${NONE}, groupUniqArrayIf(toInt32(item_index),
          event_type = 'ErrorReported' OR notEmpty(error_codes)), ${NONE},
        groupUniqArrayIf(toInt32(item_index), event_type = 'AccountEventReceived'), ${NONE}
      FROM ${database}.message_events WHERE ${TIMES} AND ${OFFSETS} GROUP BY raw_offset
      UNION ALL
      SELECT raw_offset, max(received_at), '', 0, 0, 0, ${NONE}, ${NONE}, ${NONE},
        groupUniqArrayIf(toInt32(item_index), source = 'out_of_band' OR code IS NOT NULL),
        ${NONE}, ${NONE}
      FROM ${database}.errors WHERE ${TIMES} AND ${OFFSETS} GROUP BY raw_offset
      UNION ALL
      SELECT raw_offset, max(received_at), '', 0, 0, 0, ${NONE}, ${NONE}, ${NONE}, ${NONE},
        ${NONE}, groupUniqArray(toInt32(item_index))
      FROM ${database}.account_events WHERE ${TIMES} AND ${OFFSETS} GROUP BY raw_offset
      UNION ALL
      SELECT offset, max(received_at), '', 0, 0, 0, ${NONE}, groupUniqArray(item_index), ${NONE},
        ${NONE}, ${NONE}, ${NONE}
      FROM ${database}.dead_letters FINAL
      WHERE topic = '${rawTopic}' AND partition = {rawPartition:UInt32}
        AND offset >= {from:UInt64} AND offset < {to:UInt64}
        AND stage = 'decoder' AND generation = ${generation} AND redriven_at IS NULL
      GROUP BY offset
    )
    GROUP BY raw_offset
    HAVING max(verdicts_) = 1`
}

/** The offsets that do not add up. */
export function differencesSql(tables: SliceTables): string {
  return `
    SELECT * FROM (${balancesSql(tables)})
    WHERE eventsCounted != length(eventItems) OR lettersCounted != length(letterItems)
      OR NOT hasAll(errorItems, errorItemsTold) OR NOT hasAll(accountItems, accountItemsTold)
    ORDER BY rawOffset`
}

/** Sums by hour and channel. */
export function totalsSql(tables: SliceTables): string {
  return `
    SELECT intDiv(receivedAt, 3600000) * 3600000 AS hourMs, channel,
      toUInt32(count()) AS verdicts, toUInt32(sum(eventsCounted)) AS eventsCounted,
      toUInt32(sum(length(eventItems))) AS eventsStored,
      toUInt32(sum(lettersCounted)) AS lettersCounted,
      toUInt32(sum(length(letterItems))) AS lettersStored
    FROM (${balancesSql(tables)})
    GROUP BY hourMs, channel`
}

/** Records that repeat a receipt of an earlier record, wherever that is. */
export function resentSql({ database }: SliceTables): string {
  return `
    SELECT hourMs, channel, toUInt32(sum(again)) AS resent
    FROM (
      SELECT intDiv(toUnixTimestamp64Milli(min(received_at)), 3600000) * 3600000 AS hourMs,
        toString(any(raw_webhooks.channel)) AS channel,
        countIf(${OFFSETS}) AS mine,
        min((raw_partition, raw_offset)) AS earliest,
        mine - (earliest.1 = {rawPartition:UInt32}
          AND earliest.2 >= {from:UInt64} AND earliest.2 < {to:UInt64}) AS again
      FROM ${database}.raw_webhooks FINAL
      WHERE ${TIMES} AND receipt_id != ''
      GROUP BY receipt_id
      HAVING count() > 1 AND mine > 0
    )
    GROUP BY hourMs, channel`
}
