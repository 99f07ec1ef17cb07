// Goal: every hour is looked at once it is settled, by each detector for itself, and nothing is
// forgotten that was not written. Method: a clock of the test's own, and a log in memory whose rows
// replace each other as those of the table do.
import { describe, expect, it } from '@jest/globals'
import {
  type Detection,
  HOUR_MS,
  type Hour,
  type Judged,
  MINUTE_MS,
} from '../detectors/detection.ts'
import { createDetectionClock, type Detector } from './detection-clock.ts'
import { lastSettledHour, standAt } from './settled-hour.ts'

const NOON = Date.UTC(2026, 5, 15, 12)

const quiet: Judged = { found: [], endOf: () => null }
const silent = (hour: Hour): Judged => ({
  found: [
    {
      kind: 'number_silent',
      number: 'a',
      subject: '',
      sinceMs: hour.startMs,
      reason: 'nothing comes',
      figures: {},
    },
  ],
  endOf: () => null,
})

function createScene(judges: Readonly<Record<string, (hour: Hour) => Promise<Judged>>>) {
  const scene = {
    nowMs: NOON + 10 * MINUTE_MS,
    newestMs: undefined as number | undefined,
    serverMs: undefined as number | undefined,
    isLogAway: false,
    table: new Map<string, Detection>(),
    looked: [] as string[],
    failures: [] as string[],
    open: 0,
  }
  const start = (isPrompt = false) =>
    createDetectionClock({
      detectors: Object.entries(judges).map(([name, judge]): Detector => ({
        name,
        kinds: ['number_silent'],
        isPrompt,
        judge,
      })),
      now: () => scene.nowMs,
      readProgress: async () => ({
        newestMs: scene.newestMs ?? scene.nowMs,
        hasCanary: false,
        serverMs: scene.serverMs ?? scene.nowMs,
      }),
      readOutages: async () => [],
      readKnown: async () => [...scene.table.values()],
      async log(news) {
        if (scene.isLogAway && news.length > 0) throw new Error('away')
        for (const one of news) {
          const key = `${one.number} ${one.sinceMs}`
          if ((scene.table.get(key)?.endedMs ?? null) === null) scene.table.set(key, one)
        }
      },
      onNews: () => undefined,
      onOpen: (open) => {
        scene.open = open.length
      },
      onLooked: (name, { startMs }) => scene.looked.push(`${name} ${(startMs - NOON) / HOUR_MS}`),
      onFailure: (name) => scene.failures.push(name),
    })
  return { scene, start }
}

describe('the clock of the detectors', () => {
  it('looks at the last hours after a start, and then at each hour once', async () => {
    const { scene, start } = createScene({ one: async () => quiet })
    const clock = start()
    await clock.tick()
    expect(scene.looked).toEqual(['one -6', 'one -5', 'one -4', 'one -3', 'one -2', 'one -1'])
    await clock.tick()
    scene.nowMs += 2 * HOUR_MS
    await clock.tick()
    expect(scene.looked.slice(6)).toEqual(['one 0', 'one 1'])
  })

  it('looks at the hour that is not over, too, if the detector is prompt', async () => {
    const { scene, start } = createScene({ one: async () => quiet })
    const clock = start(true)
    await clock.tick()
    await clock.tick()
    expect(scene.looked.slice(5)).toEqual(['one -1', 'one 0', 'one 0'])
  })

  it('lets a detector that fails look again, and the others go on', async () => {
    let isAway = true
    const { scene, start } = createScene({
      broken: async () => (isAway ? Promise.reject(new Error('away')) : quiet),
      well: async () => quiet,
    })
    const clock = start()
    await clock.tick()
    expect(scene.failures).toEqual(['broken'])
    expect(scene.looked.filter((one) => one.startsWith('well'))).toHaveLength(6)
    isAway = false
    await clock.tick()
    expect(scene.looked.filter((one) => one.startsWith('broken'))).toHaveLength(6)
  })

  it('writes what it could not write, and tells nobody before', async () => {
    const { scene, start } = createScene({ one: async (hour) => silent(hour) })
    scene.isLogAway = true
    const clock = start()
    await clock.tick()
    expect([scene.table.size, scene.open]).toEqual([0, 0])
    scene.isLogAway = false
    await clock.tick()
    expect([scene.table.size, scene.open]).toEqual([1, 1])
  })

  it('adds no row after a restart, nor beside another process', async () => {
    const { scene, start } = createScene({ one: async (hour) => silent(hour) })
    const clock = start()
    await clock.tick()
    const rows = [...scene.table]
    scene.nowMs += HOUR_MS
    await Promise.all([clock.tick(), start().tick(), start().tick()])
    expect([...scene.table]).toEqual(rows)
    expect(scene.open).toBe(1)
  })
})

describe('beside another process', () => {
  it('ends what the other one began, after the other has gone', async () => {
    let isSilent = false
    const { scene, start } = createScene({
      one: async (hour) => (isSilent ? silent(hour) : { found: [], endOf: () => hour.startMs }),
    })
    const staying = start()
    await staying.tick()
    isSilent = true
    scene.nowMs += HOUR_MS
    await start().tick()
    isSilent = false
    scene.nowMs += HOUR_MS
    await staying.tick()
    expect([...scene.table.values()].filter(({ endedMs }) => endedMs === null)).toEqual([])
  })
})

describe('a pipeline that lags', () => {
  it('has its hours judged late, and none that it has not reached', async () => {
    const { scene, start } = createScene({ one: async () => quiet })
    const clock = start()
    scene.newestMs = NOON - 3 * HOUR_MS
    await clock.tick()
    scene.nowMs += HOUR_MS
    scene.newestMs = NOON - 2 * HOUR_MS
    await clock.tick()
    scene.nowMs += HOUR_MS
    scene.newestMs = NOON - HOUR_MS + 6 * MINUTE_MS
    await clock.tick()
    expect(scene.looked.at(-1)).toBe('one -2')
  })

  it('is not judged by a clock that is ahead of the server’s', async () => {
    const { scene, start } = createScene({ one: async () => quiet })
    scene.newestMs = NOON - 7 * HOUR_MS
    scene.serverMs = scene.nowMs
    scene.nowMs += 5 * HOUR_MS
    const clock = start()
    await clock.tick()
    scene.serverMs += HOUR_MS
    scene.nowMs += HOUR_MS
    await clock.tick()
    expect(scene.looked.at(-1)).toBe('one -1')
  })

  it('has begun with the last hours, where there is no row yet', async () => {
    const { scene, start } = createScene({ one: async () => quiet })
    const clock = start(true)
    scene.newestMs = 0
    await clock.tick()
    expect(scene.looked).toEqual(['one -5'])
    scene.newestMs = undefined
    await clock.tick()
    expect(scene.looked.slice(1)).toEqual([
      'one -5',
      'one -4',
      'one -3',
      'one -2',
      'one -1',
      'one 0',
    ])
  })

  it('has the last week made up for, and not what came before', async () => {
    const { scene, start } = createScene({ one: async () => quiet })
    const clock = start()
    scene.newestMs = NOON - 1_000 * HOUR_MS
    await clock.tick()
    scene.looked.length = 0
    scene.newestMs = undefined
    await clock.tick()
    expect([scene.looked.length, scene.looked[0]]).toEqual([7 * 24, 'one -168'])
  })
})

describe('an hour', () => {
  const nowMs = NOON + 20 * MINUTE_MS
  const hourOf = (newestMs: number, { hasCanary = false, standsMs = 0 } = {}): number => {
    const standing = { newestMs, sinceMs: nowMs - standsMs }
    return (lastSettledHour({ hasCanary }, standing, nowMs) - NOON) / HOUR_MS
  }

  it('is settled once something later is a row', () => {
    expect(hourOf(nowMs)).toBe(-1)
    expect(hourOf(NOON + 4 * MINUTE_MS)).toBe(-2)
    expect(hourOf(NOON + 5 * MINUTE_MS)).toBe(-1)
  })

  it('is settled an hour later where nothing comes, unless a canary would', () => {
    expect(hourOf(NOON - 7 * HOUR_MS, { standsMs: HOUR_MS })).toBe(-2)
    expect(hourOf(0, { standsMs: HOUR_MS })).toBe(-2)
    expect(hourOf(0)).toBe(-7 * 24 - 1)
    expect(hourOf(NOON - 7 * HOUR_MS, { standsMs: HOUR_MS, hasCanary: true })).toBe(-9)
  })

  it('is not settled while rows of an earlier one come: the pipeline is behind', () => {
    expect(hourOf(NOON - 7 * HOUR_MS, { standsMs: 50 * MINUTE_MS })).toBe(-9)
    const first = standAt(undefined, { newestMs: 1 }, 10)
    expect(standAt(first, { newestMs: 1 }, 20)).toBe(first)
    const later = { newestMs: 2, sinceMs: 30 }
    expect(standAt(first, { newestMs: 2 }, 30)).toEqual(later)
  })

  it('is not settled by a time that is still to come', () => {
    expect(hourOf(nowMs + 9 * HOUR_MS)).toBe(-1)
  })
})
