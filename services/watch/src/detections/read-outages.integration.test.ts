// Goal: an outage of ours does not blind the detectors at the same hour of the next weeks. Method:
// five weeks of rows on a real engine, of which the hours of an outage are missing.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type ClickHouse, createClickHouse, migrate } from '@wabastream/clickhouse'
import { CANARY_NUMBER, databaseName } from '@wabastream/contracts'
import { findFreePort, startClickHouseEngine } from '@wabastream/testing'
import { HOUR_MS, hourOf, MINUTE_MS, type Outage, WEEK_MS } from '../detectors/detection.ts'
import { createDetectors } from './detectors.ts'

const START_TIMEOUT_MS = 120_000
/** A Monday at noon, in which nothing comes. */
const NOON = Date.UTC(2026, 5, 15, 12)
const database = databaseName(1)

let directory: string
let engine: Awaited<ReturnType<typeof startClickHouseEngine>>
let client: ClickHouse

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'watch-outages-'))
  const port = await findFreePort()
  engine = await startClickHouseEngine({ directory, port })
  client = createClickHouse({ url: `http://127.0.0.1:${port}` })
  await migrate({ client, generation: 1, retentionDays: 36_500 })
}, START_TIMEOUT_MS)

afterAll(async () => {
  await client?.close()
  await engine?.stop()
  await rm(directory, { recursive: true, force: true })
})

beforeEach(async () => {
  await client.command(`TRUNCATE TABLE ${database}.message_events`)
})

interface Traffic {
  readonly number: string
  /** Weeks before the hour in which it came first. */
  readonly weeks: number
  readonly everyMs: number
}

/** From eight until that noon in each week, but for the outage. */
async function receive({ everyMs, number, weeks }: Traffic, outage: Outage): Promise<void> {
  const columns = ['number', 'received_at', 'message_id', 'raw_offset', 'event_type', 'status']
  const times = Array.from({ length: weeks }, (_, index) => NOON - (index + 1) * WEEK_MS)
    .flatMap((noonMs) =>
      Array.from(
        { length: (8 * HOUR_MS) / everyMs },
        (_, at) => noonMs - 4 * HOUR_MS + at * everyMs,
      ),
    )
    .filter((ms) => ms < outage.fromMs || ms >= outage.toMs)
  const lines = times.map((ms, offset) =>
    JSON.stringify([number, ms, `m${ms}`, offset, 'MessageStatusChanged', 'sent']),
  )
  await client.insert({ database, table: 'message_events', columns }, [
    Buffer.from(lines.join('\n')),
  ])
}

async function findSilent(): Promise<readonly string[]> {
  const { detectors, readOutages } = createDetectors(() => ({ client, database }))
  const silence = detectors.find(({ name }) => name === 'silence')
  const judged = await silence?.judge(hourOf(NOON, await readOutages(NOON + HOUR_MS)), [])
  return judged?.found.map(({ number }) => number) ?? ['no detector']
}

const ago = (weeks: number, minutes: number, from = 0): Outage => {
  const fromMs = NOON - weeks * WEEK_MS + from * MINUTE_MS
  return { fromMs, toMs: fromMs + minutes * MINUTE_MS }
}
const busy = { number: 'busy', everyMs: MINUTE_MS }

describe('an outage of ours weeks ago', () => {
  it.each([1, 2, 4])(
    'of an hour, in week %d before, hides no silence, without a canary',
    async (weeks) => {
      await receive({ ...busy, weeks: 5 }, ago(weeks, 60))
      expect(await findSilent()).toEqual(['busy'])
    },
  )

  it('of a part of two hours hides none either', async () => {
    await receive({ ...busy, weeks: 5 }, ago(3, 90, -50))
    expect(await findSilent()).toEqual(['busy'])
  })

  it('of the most of an hour hides none, where a canary shows it', async () => {
    const outage = ago(2, 50)
    await receive({ ...busy, weeks: 5 }, outage)
    expect(await findSilent()).toEqual([])
    await receive({ number: CANARY_NUMBER, weeks: 5, everyMs: MINUTE_MS }, outage)
    expect(await findSilent()).toEqual(['busy'])
  })

  it('is none where others came: then the number was silent', async () => {
    await receive({ ...busy, weeks: 5 }, ago(2, 60))
    await receive({ number: 'other', weeks: 5, everyMs: 10 * MINUTE_MS }, ago(9, 0))
    expect(await findSilent()).toEqual([])
  })

  it('is none of a time before the first webhook', async () => {
    await receive({ ...busy, weeks: 3 }, ago(9, 0))
    expect(await findSilent()).toEqual([])
  })
})
