import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { databaseName } from '@wabastream/contracts'
import { migrate } from '../migrations/migrate.ts'
import { createScratchGeneration, type ScratchGeneration } from '../scratch-generation.fixture.ts'
import { analysisDatabase } from '../analysis/analysis-views.ts'
import { pointViews, readViewsGeneration } from './point-views.ts'

// Goal: analysts see one generation or the other, never some of each, and no error. Method: two
// generations that hold their own number everywhere; a reader that asks several views in one query,
// again and again, while the views are moved to and fro.

describe('pointViews', () => {
  let scratch: ScratchGeneration
  let other: number

  beforeAll(async () => {
    scratch = await createScratchGeneration()
    other = scratch.generation + 1
    const { client, views } = scratch
    await migrate({ client, generation: other, retentionDays: 36_500, viewsDatabase: views })
    for (const generation of [scratch.generation, other]) await fill(generation)
  })
  afterAll(async () => {
    await scratch.client.command(`DROP DATABASE IF EXISTS ${databaseName(other)}`)
    await scratch.drop()
  })

  async function fill(generation: number): Promise<void> {
    const database = databaseName(generation)
    await scratch.client.command(`INSERT INTO ${database}.message_timeline
      (number, message_id, outbound, rungs, sent_at) VALUES ('${generation}', 'm', true, 1, 0)`)
    await scratch.client.command(`INSERT INTO ${database}.message_events
      (number, received_at, message_id) VALUES ('${generation}', now(), 'm')`)
    await scratch.client.command(`INSERT INTO ${database}.raw_webhooks
      (channel, received_at) VALUES ('${generation}', now())`)
    for (const written of [scratch.generation, other]) {
      await scratch.client.command(`INSERT INTO ${database}.dead_letters
        (channel, received_at, generation) VALUES ('${written}', now(), ${written})`)
    }
  }

  /** The generation that each of several views of both databases shows, read in one query. */
  async function readShown(): Promise<readonly string[]> {
    const columns = [
      'messages.number',
      'message_events.number',
      'webhooks.channel',
      'funnel_hourly.number',
      'dead_letters.channel',
      'generation.generation',
    ]
    const databases = [scratch.views, analysisDatabase(scratch.views)]
    const parts = columns.flatMap((column) => {
      const [view, name] = column.split('.')
      return databases.map(
        (database) => `(SELECT arrayStringConcat(groupUniqArray(toString(${name})), '+')
          FROM ${database}.${view})`,
      )
    })
    const [row] = await scratch.client.query<{ readonly shown: string[] }>(
      `SELECT [${parts.join(', ')}] AS shown`,
    )
    return row?.shown ?? []
  }

  // A move creates each of some twenty views twice.
  const move = (generation: number): Promise<void> =>
    pointViews({ client: scratch.client, generation, viewsDatabase: scratch.views })

  it('moves all views in one step while a reader looks', async () => {
    const { generation } = scratch
    const seen = new Map<string, number>()
    let isMoving = true
    const reading = (async () => {
      while (isMoving) {
        const shown = [...new Set(await readShown())].join()
        seen.set(shown, (seen.get(shown) ?? 0) + 1)
      }
    })()
    for (const next of [other, generation, other]) await move(next)
    isMoving = false
    await reading
    expect([...seen.keys()].toSorted()).toEqual([String(generation), String(other)].toSorted())
  }, 180_000)

  it('shows only the dead letters of the generation shown, although all generations share their topic', async () => {
    expect(await scratch.client.query(`SELECT channel FROM ${scratch.views}.dead_letters`)).toEqual(
      [{ channel: String(other) }],
    )
    // Made by an earlier version, which had no such table.
    await scratch.client.command(`DROP TABLE ${databaseName(other)}.settled_persons`)
    await move(scratch.generation)
    expect(await scratch.client.query(`SELECT channel FROM ${scratch.views}.dead_letters`)).toEqual(
      [{ channel: String(scratch.generation) }],
    )
  })

  it('leaves nothing of the other generation behind, so that it can be dropped', async () => {
    await scratch.client.command(`DROP DATABASE ${databaseName(other)}`)
    const shown = await readShown()
    expect(new Set(shown)).toEqual(new Set([String(scratch.generation)]))
  })

  it('moves away from a generation that is gone', async () => {
    const { client, views } = scratch
    await client.command(`INSERT INTO ${views}.generation_moves (step, generation)
      VALUES (1000, ${other})`)
    await move(scratch.generation)
    expect(await readViewsGeneration(client, views)).toBe(scratch.generation)
    expect(new Set(await readShown())).toEqual(new Set([String(scratch.generation)]))
  })
})
