// Goal: a migration goes on when the inserts that it waits for have ended, and waits for no others.
// Method: inserts of the real engine that take seconds, and what is in the table afterwards.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createScratchGeneration, type ScratchGeneration } from '../scratch-generation.fixture.ts'
import { untilInsertsEnded } from './inserts-under-way.ts'

describe('untilInsertsEnded', () => {
  let scratch: ScratchGeneration
  beforeAll(async () => {
    scratch = await createScratchGeneration()
    await scratch.client.command(
      `CREATE TABLE ${scratch.database}.slow (name String) ENGINE = MergeTree ORDER BY name`,
    )
  })
  afterAll(() => scratch.drop())

  const insertSlowly = (name: string, seconds: number): Promise<void> =>
    scratch.client.command(`INSERT INTO ${scratch.database}.slow
      SELECT '${name}' FROM numbers(${seconds}) WHERE sleepEachRow(1) = 0
      SETTINGS max_block_size = 1, max_threads = 1`)

  const isUnderWay = async (name: string): Promise<boolean> =>
    (
      await scratch.client.query(`SELECT 1 FROM system.processes
        WHERE query_kind = 'Insert' AND position(query, '\\'${name}\\'') > 0`)
    ).length > 0

  async function untilUnderWay(name: string): Promise<void> {
    while (!(await isUnderWay(name))) continue
  }

  const countOf = async (name: string): Promise<number> => {
    const [row] = await scratch.client.query<{ readonly rows: number }>(
      `SELECT count() AS rows FROM ${scratch.database}.slow WHERE name = '${name}'`,
    )
    return row?.rows ?? 0
  }

  it('waits for those that are under way, and not for later ones', async () => {
    const before = insertSlowly('before', 3)
    await untilUnderWay('before')
    const looked = Promise.withResolvers<void>()
    const waiting = untilInsertsEnded(
      {
        async query<T>(sql: string) {
          const rows = await scratch.client.query<T>(sql)
          looked.resolve()
          return rows
        },
      },
      30_000,
    )
    await looked.promise
    const later = insertSlowly('later', 6)
    await untilUnderWay('later')
    await waiting
    expect(await countOf('before')).toBe(3)
    expect(await isUnderWay('later')).toBe(true)
    await Promise.all([before, later])
  })

  it('waits no longer than it is told', async () => {
    const endless = insertSlowly('endless', 3)
    await untilUnderWay('endless')
    await untilInsertsEnded(scratch.client, 200)
    expect(await isUnderWay('endless')).toBe(true)
    await endless
  })

  it('does not wait where no insert is under way', async () => {
    await expect(untilInsertsEnded(scratch.client, 0)).resolves.toBeUndefined()
  })
})
