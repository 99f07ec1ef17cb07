export interface SliceTables {
  readonly database: string
  readonly generation: number
  readonly rawTopic: string
  /** For which contents are kept; undefined where they are kept for ever. */
  readonly contentDays?: number | undefined
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

/** Items that the rows of a table name, beside those of other tables, which are `NONE`. */
const ITEMS = [
  'event_items',
  'letter_items',
  'error_items_told',
  'error_items',
  'account_items_told',
  'account_items',
  'content_items_told',
  'content_items',
] as const

function itemsOf(given: Partial<Readonly<Record<(typeof ITEMS)[number], string>>>): string {
  return ITEMS.map((name) => `${given[name] ?? NONE} AS ${name}`).join(', ')
}

const ALL_ITEMS = 'groupUniqArray(toInt32(item_index))'

/** Rows whose contents may be gone by their age, with the days on either side of the border. */
const BORDER_DAYS = 2

function hasContentStill({ contentDays }: SliceTables): string {
  if (contentDays === undefined) return 'has_content'
  const days = Math.max(contentDays - BORDER_DAYS, 0)
  return `has_content AND received_at >= now64(3, 'UTC') - toIntervalDay(${days})`
}

/** One row for each offset that has a verdict: what it counted, and which items are rows. */
function balancesSql(tables: SliceTables): string {
  const { database, generation, rawTopic } = tables
  const events = itemsOf({
    event_items: ALL_ITEMS,
    error_items_told: `groupUniqArrayIf(toInt32(item_index),
          event_type = 'ErrorReported' OR notEmpty(error_codes))`,
    account_items_told: `groupUniqArrayIf(toInt32(item_index),
          event_type = 'AccountEventReceived')`,
    content_items_told: `groupUniqArrayIf(toInt32(item_index), ${hasContentStill(tables)})`,
  })
  const errors = itemsOf({
    error_items: `groupUniqArrayIf(toInt32(item_index),
          source = 'out_of_band' OR code IS NOT NULL)`,
  })
  const ofTable = (table: string, items: string): string => `
      SELECT raw_offset, max(${table}.received_at), '', 0, 0, 0, ${items}
      FROM ${database}.${table} WHERE ${TIMES} AND ${OFFSETS} GROUP BY raw_offset`
  return `
    SELECT raw_offset AS rawOffset, max(channel_) AS channel,
      toUnixTimestamp64Milli(max(received_at)) AS receivedAt,
      toUInt32(sum(events_)) AS eventsCounted, toUInt32(sum(letters_)) AS lettersCounted,
      groupUniqArrayArray(event_items) AS eventItems,
      groupUniqArrayArray(letter_items) AS letterItems,
      groupUniqArrayArray(error_items_told) AS errorItemsTold,
      groupUniqArrayArray(error_items) AS errorItems,
      groupUniqArrayArray(account_items_told) AS accountItemsTold,
      groupUniqArrayArray(account_items) AS accountItems,
      groupUniqArrayArray(content_items_told) AS contentItemsTold,
      groupUniqArrayArray(content_items) AS contentItems
    FROM (
      SELECT raw_offset, received_at, toString(channel) AS channel_, 1 AS verdicts_,
        events AS events_, dead_letters AS letters_, ${itemsOf({})}
      FROM ${database}.raw_webhooks FINAL WHERE ${OFFSETS}
      UNION ALL ${ofTable('message_events', events)}
      UNION ALL ${ofTable('errors', errors)}
      UNION ALL ${ofTable('account_events', itemsOf({ account_items: ALL_ITEMS }))}
      UNION ALL ${ofTable('message_content', itemsOf({ content_items: ALL_ITEMS }))}
      UNION ALL
      SELECT offset, max(received_at), '', 0, 0, 0,
        ${itemsOf({ letter_items: 'groupUniqArray(item_index)' })}
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
      OR NOT hasAll(contentItems, contentItemsTold)
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
