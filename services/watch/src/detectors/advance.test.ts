import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { advance } from './advance.ts'
import { DAY_MS, type Detection, type Finding, HOUR_MS, hourOf, type Judged } from './detection.ts'

const finding = (sinceMs: number, number = 'a'): Finding => ({
  kind: 'number_silent',
  number,
  subject: '',
  sinceMs,
  reason: 'nothing comes',
  figures: {},
})

/** Numbers that are silent in an hour; all others are well. */
function silentIn(hourMs: number, numbers: readonly string[]): Judged {
  return {
    found: numbers.map((number) => finding(hourMs, number)),
    endOf: ({ number }) => (numbers.includes(number) ? null : hourMs),
  }
}

const rowKey = ({ endedMs, number, sinceMs }: Detection): string =>
  `${number} ${sinceMs} ${endedMs === null ? 'began' : 'ended'}`

describe('advancing by an hour', () => {
  it('begins a detection once, and ends it with the hour in which it is over', () => {
    const first = advance([], silentIn(0, ['a']), hourOf(0))
    expect(first.news).toEqual([{ ...finding(0), endedMs: null }])
    const second = advance(first.known, silentIn(HOUR_MS, ['a']), hourOf(HOUR_MS))
    expect(second.news).toEqual([])
    const third = advance(second.known, silentIn(2 * HOUR_MS, []), hourOf(2 * HOUR_MS))
    expect(third.news).toEqual([{ ...finding(0), endedMs: 2 * HOUR_MS }])
  })

  it('ends what goes on for four weeks: it is usual by then', () => {
    const open = [{ ...finding(0), endedMs: null }]
    const after = (days: number) =>
      advance(open, silentIn(days * DAY_MS, ['a']), hourOf(days * DAY_MS)).news
    expect(after(27)).toEqual([])
    expect(after(28)).toEqual([{ ...finding(0), endedMs: 28 * DAY_MS }])
  })

  it('takes what began and ended within one hour for two rows, in order', () => {
    const judged: Judged = {
      found: [finding(30), finding(10)],
      endOf: ({ sinceMs }) => (sinceMs < 20 ? 20 : null),
    }
    expect(advance([], judged, hourOf(0)).news.map(rowKey)).toEqual([
      'a 10 began',
      'a 10 ended',
      'a 30 began',
    ])
  })

  it('is the same after a restart that looks at some of the hours again', () => {
    const hours = fc.array(fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }), {
      minLength: 1,
      maxLength: 30,
    })
    fc.assert(
      fc.property(hours, fc.nat(29), fc.nat(6), (silent, stop, again) => {
        const runFrom = (known: readonly Detection[], from: number, to: number) => {
          const rows = new Map<string, Detection>()
          let state = known
          for (let hour = from; hour < to; hour += 1) {
            const judged = silentIn(hour * HOUR_MS, silent[hour] ?? [])
            const next = advance(state, judged, hourOf(hour * HOUR_MS))
            state = next.known
            for (const one of next.news) rows.set(rowKey(one), one)
          }
          return { rows, state }
        }
        const whole = runFrom([], 0, silent.length)
        const end = Math.min(stop, silent.length)
        const before = runFrom([], 0, end)
        const after = runFrom(before.state, Math.max(0, end - again), silent.length)
        expect(new Map([...before.rows, ...after.rows])).toEqual(whole.rows)
      }),
    )
  })
})
