import { describe, expect, it } from '@jest/globals'
import { carriedReceivedAt, receivedAtHeader, receivedAtOf } from './received-at.ts'
import { RECEIVED_AT_HEADER, rawHeaders } from './topics.ts'

const APPENDED = Date.UTC(2026, 4, 1, 12)
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

function read(receivedAt: number | string | null, origin: string | null = null) {
  const headers = new Map([
    [rawHeaders.receivedAt, receivedAt === null ? null : String(receivedAt)],
    [rawHeaders.origin, origin],
  ])
  return receivedAtOf({
    timestampMs: APPENDED,
    headerText: (name) => [...headers].find(([key]) => key === name)?.[1] ?? null,
  })
}

describe('received-at of a raw record', () => {
  it.each([
    ['the clocks agree', 40, null],
    ['a broker lags a little', -4 * MINUTE_MS, null],
    ['a former version spooled it for days', 6 * DAY_MS, null],
  ])('is what the ingestor says when %s', (_, behindMs) => {
    expect(read(APPENDED - behindMs)).toEqual({ receivedAt: APPENDED - behindMs, problem: null })
  })

  it.each([
    ['ahead', APPENDED + 6 * MINUTE_MS, null],
    ['ahead', APPENDED + 60 * DAY_MS, 'spooled'],
    ['behind', APPENDED - 8 * DAY_MS, null],
    ['behind', 300_000, 'otherwise'],
    ['missing', null, 'spooled'],
    ['missing', 'soon', null],
    ['missing', -1, null],
    ['missing', 0, null],
    ['missing', '', null],
    ['missing', `${APPENDED}.0`, null],
    ['missing', ` ${APPENDED}`, null],
    ['missing', APPENDED.toExponential(20), null],
  ])('is the time of the append when it is %s: %s', (problem, receivedAt, origin) => {
    expect(read(receivedAt, origin)).toEqual({ receivedAt: APPENDED, problem })
  })

  it.each(['spooled', 'imported'])('may be of any age in what was %s', (origin) => {
    expect(read(300_000, origin)).toEqual({ receivedAt: 300_000, problem: null })
  })
})

describe('received-at of a record after the raw topic', () => {
  const carried = (text: string | null) =>
    carriedReceivedAt({
      timestampMs: APPENDED,
      headerText: (name) => (name === RECEIVED_AT_HEADER ? text : null),
    })

  it('is what its header carries, of any age', () => {
    const { [RECEIVED_AT_HEADER]: text } = receivedAtHeader(300_000)
    expect(carried(text ?? null)).toBe(300_000)
  })

  it.each([null, '', 'soon', '-1', '0', '1e12', '0x10', '12.5', '9'.repeat(17)])(
    'is the time of the record itself when the header is %j',
    (text) => {
      expect(carried(text)).toBe(APPENDED)
    },
  )
})
