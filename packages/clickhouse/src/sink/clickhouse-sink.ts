import { findAnchorDays } from '../rows/anchor-days.ts'
import { type ClickHouse } from '../client/clickhouse-client.ts'
import { encodeRow } from '../rows/cells.ts'
import { insertColumns, type TableName } from '../rows/tables.ts'
import { type SinkRecord, toTableRows } from '../rows/to-table-rows.ts'
import { toTimelineAliasRow } from '../rows/contact-alias-rows.ts'
import { toTimelineRow } from '../rows/timeline-row.ts'
import { type MessageTimeline } from '@wabastream/contracts'
import {
  type LineBuffer,
  type RowBatch,
  type Sink,
  type SourceRecord,
  toInsertFailure,
} from '@wabastream/processing'
import { type AnchorResolver, createAnchorResolver } from './anchors.ts'
import { joinLookUps } from './joined-look-ups.ts'
import { KnownAliases } from './known-aliases.ts'
import { KnownNumbers } from './known-numbers.ts'
import { OlderRows } from './older-rows.ts'
import { UnanchoredTimelines } from './unanchored-timelines.ts'

export interface ClickHouseSinkOptions {
  readonly client: Pick<ClickHouse, 'insert' | 'query'>
  readonly database: string
  /** How long the timeline processor remembers a message without any event. */
  readonly expiryDays: number
  /** A timeline that may have an older row took that row's day, or kept its own. */
  readonly onResolved?: (outcome: 'adopted' | 'kept') => void
}

/** The tables of one generation as a sink. */
export function createClickHouseSink(options: ClickHouseSinkOptions): Sink<SinkRecord, TableName> {
  const { client, database, expiryDays, onResolved } = options
  const lookUpDays = joinLookUps((ids) => findAnchorDays({ client, database, ids }))
  return {
    classify: toInsertFailure,
    insert: (table, pieces) =>
      client.insert({ database, table, columns: insertColumns[table] }, pieces),
    openPartition({ partition, isFromStart }) {
      const olderRows = new OlderRows({ expiryDays, isFromStart })
      const anchors = createAnchorResolver({
        findAnchorDays: lookUpDays,
        ...(onResolved !== undefined && { onResolved }),
      })
      const aliases = new KnownAliases()
      const numbers = new KnownNumbers()
      return {
        beginBatch: (lines) =>
          new ClickHouseBatch({ partition, olderRows, anchors, aliases, numbers, lines }),
      }
    },
  }
}

interface BatchParts {
  readonly partition: number
  readonly olderRows: OlderRows
  readonly anchors: AnchorResolver
  readonly aliases: KnownAliases
  readonly numbers: KnownNumbers
  readonly lines: LineBuffer<TableName>
}

class ClickHouseBatch implements RowBatch<SinkRecord, TableName> {
  readonly unsettled: UnanchoredTimelines
  readonly #partition: number
  readonly #olderRows: OlderRows
  readonly #aliases: KnownAliases
  readonly #numbers: KnownNumbers
  readonly #lines: LineBuffer<TableName>

  constructor({ partition, olderRows, anchors, aliases, numbers, lines }: BatchParts) {
    this.#partition = partition
    this.#olderRows = olderRows
    this.#aliases = aliases
    this.#numbers = numbers
    this.#lines = lines
    this.unsettled = new UnanchoredTimelines(anchors, lines)
  }

  add(record: SinkRecord, source: SourceRecord, sourceIndex: number): void {
    const { offset, timestampMs = source.receivedAtMs } = source
    if (record.type === 'MessageTimeline') {
      this.#addTimeline(record.data, timestampMs, sourceIndex)
      return
    }
    const place = { partition: this.#partition, offset, timestampMs }
    for (const { table, cells } of toTableRows(record, place)) {
      if (table === 'contact_aliases' && !this.#aliases.isNews(cells)) continue
      if (table === 'numbers' && !this.#numbers.isNews(cells)) continue
      this.#lines.addLine(table, encodeRow(cells), sourceIndex)
    }
  }

  #addTimeline(timeline: MessageTimeline, appendedMs: number, sourceIndex: number): void {
    const alias = toTimelineAliasRow(timeline)
    if (alias !== undefined && this.#aliases.isNews(alias)) {
      this.#lines.addLine('contact_aliases', encodeRow(alias), sourceIndex)
    }
    if (this.#olderRows.mayExist(timeline, appendedMs)) {
      this.unsettled.add(timeline, sourceIndex)
      return
    }
    this.unsettled.noteDay(timeline)
    this.#lines.addLine('message_timeline', encodeRow(toTimelineRow(timeline)), sourceIndex)
  }
}
