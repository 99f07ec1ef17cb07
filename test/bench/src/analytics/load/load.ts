import { setTimeout as delay } from 'node:timers/promises'
import { databaseName } from '@wabastream/contracts'
import { migrate, settlePersons } from '@wabastream/clickhouse'
import { readUsage } from '../../usage/process-usage.ts'
import { type Engine } from '../engine/engine.ts'
import { generateHours } from '../generate/traffic.ts'
import { type Manifest, type Shape } from './data-folder.ts'
import { measureInserts, noOthersWrite } from './insert-cost.ts'
import { rollUpDays } from './roll-up-days.ts'
import { type PlacedRecord, type Records, toRecords } from './records.ts'
import { type Lines, RowWriter } from './row-writer.ts'

const DAY_MS = 86_400_000
export const RETENTION_DAYS = 400
const PROGRESS_MS = 15_000
const POLL_MS = 1_000
/** Merges are done when there was none for so many polls. */
const QUIET_POLLS = 3
/** Batches that the cost of inserts is measured with. */
const SAMPLES_MAX = 3

export const GENERATION = 1

/** Creates the tables and fills them with what came in in `shape.days` days until now. */
export async function load(
  engine: Engine,
  shape: Shape,
  onProgress: (line: string) => void,
): Promise<Manifest> {
  const endMs = Date.now()
  const { client, pid } = engine
  await migrate({
    client,
    generation: GENERATION,
    retentionDays: RETENTION_DAYS,
    waitMs: noOthersWrite,
  })
  const samples: Lines[] = []
  const writer = new RowWriter({
    client,
    database: databaseName(GENERATION),
    onBatch: (lines) => {
      if (samples.length < SAMPLES_MAX) samples.push(lines)
    },
  })
  const cost = new RowCost(writer)
  const cpuUs = readUsage(pid).cpuUs
  const startedMs = performance.now()
  const secondsSince = (): number => (performance.now() - startedMs) / 1_000
  let saidMs = startedMs
  for (const hour of generateHours({ ...shape, startMs: endMs - shape.days * DAY_MS, endMs })) {
    await cost.write(toRecords(hour))
    if (performance.now() - saidMs < PROGRESS_MS) continue
    saidMs = performance.now()
    const events = cost.counts['events'] ?? 0
    onProgress(`${events} events in ${secondsSince().toFixed(0)} s`)
  }
  await writer.finish()
  onProgress('settling persons')
  await settlePersons({ client, database: databaseName(GENERATION), insertMsMax: 0 })
  onProgress('waiting for merges')
  await mergesEnd(engine)
  const seconds = secondsSince()
  await client.command('SYSTEM STOP MERGES')
  const events = cost.counts['events'] ?? 1
  onProgress(`${events} events loaded in ${seconds.toFixed(0)} s`)
  const engineUsPerEvent = (readUsage(pid).cpuUs - cpuUs) / events
  onProgress('rolling up days')
  const rollUpUs = await rollUpDays(engine, { endMs, generation: GENERATION })
  const insertUs = await measureInserts(engine, samples)
  return {
    shape,
    endMs,
    rows: writer.counts,
    cost: { seconds, rowsUs: cost.perRecord(), insertUs, rollUpUs, engineUsPerEvent },
  }
}

/** Waits until background merges have nothing left to do, as on a server that keeps up. */
async function mergesEnd({ client }: Engine): Promise<void> {
  for (let quiet = 0; quiet < QUIET_POLLS;) {
    await delay(POLL_MS)
    const running = await client.query('SELECT 1 FROM system.merges LIMIT 1')
    quiet = running.length === 0 ? quiet + 1 : 0
  }
}

/** Adds records to the writer, and counts the CPU that making their rows takes. */
class RowCost {
  readonly #writer: RowWriter
  readonly #records = new Map<keyof Records, { count: number; cpuUs: number }>()

  constructor(writer: RowWriter) {
    this.#writer = writer
  }

  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#records].map(([kind, { count }]) => [kind, count]))
  }

  async write(records: Records): Promise<void> {
    for (const kind of ['events', 'timelines', 'transitions', 'webhooks'] as const) {
      this.#add(kind, records[kind])
    }
    if (this.#writer.isFull) await this.#writer.flush()
  }

  perRecord(): Record<string, number> {
    const all = [...this.#records]
    return Object.fromEntries(all.map(([kind, { count, cpuUs }]) => [kind, cpuUs / count]))
  }

  #add(kind: keyof Records, records: readonly PlacedRecord[]): void {
    const before = process.cpuUsage()
    for (const { atMs, partition, record } of records) this.#writer.add(record, partition, atMs)
    const { system, user } = process.cpuUsage(before)
    const known = this.#records.get(kind) ?? { count: 0, cpuUs: 0 }
    const count = known.count + records.reduce((sum, { record }) => sum + countOf(record), 0)
    this.#records.set(kind, { count, cpuUs: known.cpuUs + user + system })
  }
}

/** The decoder's record holds the verdicts of many webhooks; all others are one. */
function countOf(record: PlacedRecord['record']): number {
  return record.type === 'WebhooksDecoded' ? record.data.verdicts.length : 1
}
