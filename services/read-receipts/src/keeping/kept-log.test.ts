import { describe, expect, it } from '@jest/globals'
import { createMemoryLog } from '../session/memory-log.fixture.ts'
import { KeptLog } from './kept-log.ts'

describe('the kept log', () => {
  it('finds where it all began without reading all that was kept', async () => {
    const log = createMemoryLog()
    expect(await new KeptLog({ ...log, topic: 'kept' }).findStart()).toBeUndefined()
    const start = { atMs: 7, offsets: new Map([[0, 3]]) }
    const kept = new KeptLog({ ...log, topic: 'kept' })
    await kept.begin(start)
    const others = Array.from({ length: 10_000 }, (_, index) => [`["x",${index}]`, null] as const)
    await kept.write(new Map(others))
    expect(await new KeptLog({ ...log, topic: 'kept' }).findStart()).toEqual(start)
    expect(log.readCount()).toBeLessThan(others.length / 2)
  })

  it('finds it behind requests that were made before', async () => {
    const log = createMemoryLog()
    const kept = new KeptLog({ ...log, topic: 'kept' })
    const others = Array.from(
      { length: 5_000 },
      (_, index) => [`["request",${index}]`, null] as const,
    )
    await kept.write(new Map(others))
    const start = { atMs: 7, offsets: new Map() }
    await kept.begin(start)
    expect(await new KeptLog({ ...log, topic: 'kept' }).findStart()).toEqual(start)
  })
})
