import { describe, expect, it } from '@jest/globals'
import { parsePointer, parseImportedTime, readImportedBody } from './read-imported-body.ts'

const nowMs = Date.UTC(2026, 0, 16)
const DAY = Date.UTC(2023, 4, 1, 8)
const body =
  '{"statuses":[{"id":"a","status":"sent","timestamp":"1682928000"},' +
  '{"id":"a","status":"read","timestamp":"1682928060"}]}'

function read(text: string, options: Partial<Parameters<typeof readImportedBody>[1]> = {}) {
  return readImportedBody(
    { line: 7, bytes: Buffer.from(text) },
    {
      receivedAt: { kind: 'time', ms: DAY },
      bodyPath: undefined,
      number: null,
      nowMs,
      ...options,
    },
  )
}

function shown(outcome: ReturnType<typeof read>) {
  return outcome !== undefined && 'body' in outcome
    ? { ...outcome, body: Buffer.from(outcome.body).toString() }
    : outcome
}

describe('a line', () => {
  it('is the body, byte by byte, JSON or not, if one time is given for all', () => {
    expect(shown(read(` ${body} `))).toEqual({ line: 7, receivedAt: DAY, body: ` ${body} ` })
    expect(shown(read('no json'))).toEqual({ line: 7, receivedAt: DAY, body: 'no json' })
  })

  it('has the time beside the body', () => {
    const receivedAt = { kind: 'pointer', path: ['at'] } as const
    const options = { receivedAt, bodyPath: ['payload'] }
    const line = (payload: unknown) => JSON.stringify({ at: '2023-05-01T08:00:00Z', payload })
    expect(shown(read(line(body), options))).toEqual({ line: 7, receivedAt: DAY, body })
    expect(shown(read(line(JSON.parse(body)), options))).toEqual({ line: 7, receivedAt: DAY, body })
    expect(read(line(undefined), options)).toEqual({
      line: 7,
      problem: 'there is no body at that place',
    })
    expect(read('{"payload":"x"}', options)).toEqual({
      line: 7,
      problem: 'there is no time at that place',
    })
    expect(read('no json', options)).toEqual({ line: 7, problem: 'the line is not JSON' })
  })

  it('has the time of the newest fact in the body', () => {
    const receivedAt = { kind: 'from-body' } as const
    expect(shown(read(body, { receivedAt }))).toMatchObject({ receivedAt: 1_682_928_060_000 })
    for (const text of ['{"statuses":[]}', 'no json']) {
      expect(read(text, { receivedAt })).toEqual({ line: 7, problem: 'the body says no time' })
    }
  })

  it('that is empty is skipped', () => {
    expect([read(''), read(' \r')]).toEqual([undefined, undefined])
  })

  it.each([
    [
      'the line is too long',
      readImportedBody(
        { line: 7, bytes: null },
        {
          receivedAt: { kind: 'time', ms: DAY },
          bodyPath: undefined,
          number: null,
          nowMs,
        },
      ),
    ],
    ['the body has more than 3 MiB', read('x'.repeat(3 * 1024 * 1024 + 1))],
    ['its time is in the future', read(body, { receivedAt: { kind: 'time', ms: nowMs + 1 } })],
  ])('is refused: %s', (problem, outcome) => {
    expect(outcome).toEqual({ line: 7, problem })
  })
})

describe('a time', () => {
  it.each([
    ['2023-05-01T08:00:00Z', DAY],
    ['2023-05-01T10:00:00+02:00', DAY],
    ['2023-05-01 08:00:00', DAY],
    ['2023-05-01', Date.UTC(2023, 4, 1)],
    [DAY / 1_000, DAY],
    [String(DAY / 1_000), DAY],
    [DAY, DAY],
    [DAY / 1_000 + 0.5, DAY + 500],
    ['yesterday', null],
    ['', null],
    [null, null],
    [-1, null],
    [{}, null],
    ['2023-13-01', null],
  ])('%j is %j', (value, ms) => {
    expect(parseImportedTime(value)).toBe(ms)
  })
})

it.each([
  ['/a/0/b~1c~0d', ['a', '0', 'b/c~d']],
  ['/', ['']],
  ['a', null],
  ['', null],
])('pointer %s is %j', (text, path) => {
  expect(parsePointer(text)).toEqual(path)
})
