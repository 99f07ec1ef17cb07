import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type TableRow } from '@wabastream/clickhouse'
import { describeDifference } from './compare-rows.ts'
import { expectViews } from './oracle/expect-views.ts'
import { type Expected, type Row } from './oracle/expected.ts'
import { type CodeFacts } from './oracle/message-views.ts'
import { TIME_ZONES } from './oracle/places.ts'
import { createStoryTables, type StoryTables } from './story-tables.ts'
import { createRandom } from './stories/random.ts'
import { tellStory, type Webhook } from './stories/tell-story.ts'
import { CONFIGURED_NUMBER, toRows } from './tell.ts'

const SEEDS = (process.env['MEANING_SEEDS'] ?? '1').split(',').map(Number)
const SCENES = Number(process.env['MEANING_SCENES'] ?? '150')
const HOUR_MS = 3_600_000
/** Rows of a table lie in several parts until these are merged. */
const PARTS = 3

/** Views that no story foretells. */
const WITHOUT_ORACLE: Readonly<Record<string, string>> = {
  webhooks: 'one row for each receipt of the raw log, which these stories do not write',
  dead_letters: 'nothing in these stories is refused',
  reconciliation_hourly: 'counts the raw log',
  error_codes: 'the catalogue, no fact of a webhook',
  generation: 'which tables are shown',
  generation_moves: 'which tables are shown',
  contact_alias_exclusions: 'written by people',
  number_time_zones: 'written by people',
  detection_log: 'written by watch, over weeks',
  detections: 'written by watch, over weeks',
}

/** What the first event settles, so that another order may settle it otherwise. */
const OF_THE_ORDER: Readonly<Record<string, readonly string[]>> = {
  messages: ['anchor_day', 'headless'],
  failures: ['anchor_day'],
}

describe.each(SEEDS)('every view over the story %d', (seed) => {
  let tables: StoryTables
  let codes: readonly CodeFacts[]
  const story = tellStory(seed, { scenes: SCENES, flatNumber: CONFIGURED_NUMBER })
  const told = story.map((webhook, offset) => ({ ...webhook, offset }))

  beforeAll(async () => {
    tables = await createStoryTables()
    await tables.setTimeZones(TIME_ZONES)
    codes = await tables.ask<CodeFacts>('SELECT * FROM wa.error_codes')
  })
  afterAll(async () => {
    await tables.drop()
  })

  it('has an oracle, or is named with a reason', async () => {
    const views = await tables.views()
    const expected = Object.keys(expectViews([], { codes, flatNumber: CONFIGURED_NUMBER }))
    expect(views.toSorted()).toEqual(
      [...new Set([...expected, ...Object.keys(WITHOUT_ORACLE)])].toSorted(),
    )
  })

  it('says what it should while webhooks come', async () => {
    await write(toRows(told.map(encode)))
    expect(await check(told)).toEqual([])
  })

  it('and where everything was written twice, by another batch, and rolled up', async () => {
    await tables.insert(toRows(told.map(encode)))
    await tables.rollUp()
    expect(await check(told)).toEqual([])
  })

  it('and when all is merged', async () => {
    await tables.merge()
    expect(await check(told)).toEqual([])
  })

  it('and where the provider tells everything again, days of which are rolled up', async () => {
    await tables.empty()
    const again = repeated()
    await write(toRows(again.map(encode)), () => tables.rollUp())
    expect(await check(again)).toEqual([])
  })

  it('and where a rebuild reads it in another order', async () => {
    await tables.empty()
    const shuffled = createRandom(seed).shuffle(repeated())
    await write(toRows(shuffled.map(encode)))
    expect(await check(shuffled, OF_THE_ORDER)).toEqual([])
  })

  function repeated(): readonly (Webhook & { readonly offset: number })[] {
    const last = Math.max(...told.map(({ receivedAt }) => receivedAt))
    return [
      ...told,
      ...told.map(({ body, isOwn }, place) => ({
        body,
        ...(isOwn && { isOwn }),
        receivedAt: last + HOUR_MS + place * 1000,
        offset: told.length + place,
      })),
    ]
  }

  async function write(rows: readonly TableRow[], between?: () => Promise<void>): Promise<void> {
    const size = Math.ceil(rows.length / PARTS)
    for (let start = 0; start < rows.length; start += size) {
      if (start > 0) await between?.()
      await tables.insert(rows.slice(start, start + size))
    }
  }

  /** What is wrong with any view, in words. */
  async function check(
    webhooks: readonly Webhook[],
    without: Readonly<Record<string, readonly string[]>> = {},
  ): Promise<readonly string[]> {
    const expected = expectViews(webhooks, { codes, flatNumber: CONFIGURED_NUMBER })
    const problems: string[] = []
    for (const [view, foretold] of Object.entries(expected)) {
      if (view === 'status_transitions' && view in without) continue
      const { parameters, where = 'true' } = foretold
      const asked = parameters === undefined ? view : `${view}(${parameters})`
      const rows = await tables.ask<Row>(`SELECT * FROM wa.${asked} WHERE ${where}`)
      const compared: Expected = {
        ...foretold,
        without: [...(foretold.without ?? []), ...(without[view] ?? [])],
      }
      problems.push(...describeDifference(rows, compared).map((problem) => `${view}: ${problem}`))
    }
    return problems
  }
})

function encode({ body, ...rest }: Webhook & { readonly offset?: number }) {
  return { ...rest, body: new TextEncoder().encode(JSON.stringify(body)) }
}
