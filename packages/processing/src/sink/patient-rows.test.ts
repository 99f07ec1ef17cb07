import { describe, expect, it } from '@jest/globals'
import { createLaneHarness, until } from './lane-harness.fixture.ts'

describe('a lane with patient rows', () => {
  const patience = {
    gather: { promptMs: 1, patientMs: 60_000, slackMs: 0 },
    isPatient: (table: string) => table === 'patient',
  }
  const both = ['event 1', 'patient: alias 1']

  it('writes prompt ones alone, and commits once the others are there, too', async () => {
    const harness = createLaneHarness(patience)
    await harness.add(0, both)
    await until('the prompt row', () => harness.attempts.length === 1)
    await harness.add(2, ['event 2', 'patient: alias 2'])
    await until('the next one', () => harness.attempts.length === 2)
    expect(harness.commits).toEqual([])
    await harness.lane.drain()
    expect(harness.attempts.map(({ lines, table }) => [table, lines])).toEqual([
      ['rows', 'event 1\n'],
      ['rows', 'event 2\n'],
      ['patient', 'alias 1\n'],
      ['patient', 'alias 2\n'],
    ])
    expect(harness.commits).toEqual([4])
  })

  it('commits at once where none are left', async () => {
    const harness = createLaneHarness(patience)
    await harness.add(0, ['event 1'])
    await until('the commit', () => harness.commits.length > 0)
    expect(harness.commits).toEqual([1])
  })

  it('writes everything when it is their turn, with or without prompt ones', async () => {
    const gather = { promptMs: 1, patientMs: 100, slackMs: 0 }
    const harness = createLaneHarness({ ...patience, gather })
    await harness.add(0, both)
    await until('the first commit', () => harness.commits.length === 1)
    await harness.add(2, ['patient: alias 2'])
    await until('the next commit', () => harness.commits.length === 2)
    expect(harness.attempts.map(({ table }) => table)).toEqual(['rows', 'patient', 'patient'])
    expect(harness.commits).toEqual([2, 3])
  })

  it('counts what is left for a full batch, and does not keep more', async () => {
    const harness = createLaneHarness({ ...patience, limits: { batchRowsMax: 3 } })
    for (let offset = 0; offset < 6; offset += 2) {
      await harness.add(offset, both)
      await until('the prompt row', () => harness.attempts.some(({ table }) => table === 'rows'))
    }
    await until('the commit', () => harness.commits.length > 0)
    expect(harness.attempts.filter(({ table }) => table === 'patient').length).toBeGreaterThan(0)
    await harness.lane.drain()
    expect(harness.commits.at(-1)).toBe(6)
  })

  it('commits nothing whose patient rows are left when the partition is taken away', async () => {
    const harness = createLaneHarness(patience)
    await harness.add(0, both)
    await until('the prompt row', () => harness.attempts.length === 1)
    harness.lane.close()
    await harness.lane.drain()
    expect(harness.commits).toEqual([])
    expect(harness.ended.map(String)).toEqual(['Error: the partition was given back'])
  })

  it('repeats a patient row that failed, and commits behind it', async () => {
    let failures = 2
    const harness = createLaneHarness({
      ...patience,
      async insert(table) {
        if (table === 'patient' && failures-- > 0) throw new Error('connection refused')
      },
    })
    await harness.add(0, both)
    await until('the prompt row', () => harness.attempts.length === 1)
    await harness.lane.drain()
    expect(harness.attempts.map(({ table }) => table)).toEqual([
      'rows',
      'patient',
      'patient',
      'patient',
    ])
    expect(harness.commits).toEqual([2])
    expect(harness.ended).toEqual([undefined])
  })
})
