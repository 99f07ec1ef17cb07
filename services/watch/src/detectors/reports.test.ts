import { describe, expect, it } from '@jest/globals'
import { advance } from './advance.ts'
import { type Detection, HOUR_MS, hourOf } from './detection.ts'
import { judgeOutOfBand } from './out-of-band.ts'
import { judgeReports, type ProviderReport } from './reports.ts'

const report = (change: Partial<ProviderReport>): ProviderReport => ({
  atMs: 0,
  field: 'phone_number_quality_update',
  event: '',
  number: '106',
  displayNumber: '15550783881',
  account: 'waba',
  template: '',
  language: '',
  banState: '',
  untilMs: null,
  ...change,
})
const templateReport = (atMs: number, event: string, template = 'spring') =>
  report({ atMs, event, field: 'message_template_status_update', template, language: 'en' })
const restricted = (change: Partial<ProviderReport>) =>
  report({ field: 'account_update', number: '', ...change })

/** What the log has in the end, of reports by the hour in which they come. */
function follow(hours: readonly (readonly ProviderReport[])[]): readonly string[] {
  let known: readonly Detection[] = []
  const rows = new Map<string, string>()
  for (const [index, reports] of hours.entries()) {
    const hour = hourOf(index * HOUR_MS)
    // An hour is looked at while it goes on, and again when it is over.
    for (const isComplete of [false, false, true]) {
      const next = advance(known, judgeReports(reports, hour), { ...hour, isComplete })
      known = next.known
      for (const { endedMs, kind, number, sinceMs, subject } of next.news) {
        rows.set(`${kind} ${number} ${subject} ${sinceMs}`, String(endedMs))
      }
    }
  }
  return [...rows].map(([key, ended]) => `${key}: ${ended}`)
}

describe('what the provider reports', () => {
  it.each([
    ['a flagged number', [report({ event: 'FLAGGED' })], 'number_flagged 106 15550783881 0: null'],
    ['a lower limit', [report({ event: 'DOWNGRADE' })], 'number_limited 106 15550783881 0: null'],
    ['a paused template', [templateReport(5, 'PAUSED')], 'template_paused 106 spring, en 5: null'],
    ['a disabled one', [templateReport(5, 'DISABLED')], 'template_paused 106 spring, en 5: null'],
    [
      'a restriction',
      [restricted({ event: 'ACCOUNT_RESTRICTION' })],
      'account_restricted  waba 0: null',
    ],
    [
      'an account that will be disabled',
      [restricted({ event: 'DISABLED_UPDATE', banState: 'SCHEDULE_FOR_DISABLE' })],
      'account_restricted  waba 0: null',
    ],
  ])('is detected: %s', (_, reports, expected) => {
    expect(follow([reports])).toEqual([expected])
  })

  it('is not, if it is good news, or none', () => {
    expect(
      follow([
        [
          report({ event: 'UPGRADE' }),
          report({ event: 'UNFLAGGED' }),
          report({ event: 'constructor' }),
          templateReport(1, 'APPROVED'),
          restricted({ event: 'VERIFIED_ACCOUNT' }),
        ],
      ]),
    ).toEqual([])
  })

  it('ends when it is taken back, of this subject alone', () => {
    expect(
      follow([
        [templateReport(1, 'PAUSED'), templateReport(2, 'PAUSED', 'autumn')],
        [],
        [templateReport(2 * HOUR_MS + 7, 'APPROVED')],
      ]),
    ).toEqual([
      `template_paused 106 spring, en 1: ${2 * HOUR_MS + 7}`,
      'template_paused 106 autumn, en 2: null',
    ])
  })

  it('ends when the provider said that it would', () => {
    const untilMs = 2 * HOUR_MS
    expect(follow([[restricted({ event: 'ACCOUNT_RESTRICTION', untilMs })], [], [], []])).toEqual([
      `account_restricted  waba 0: ${untilMs}`,
    ])
  })

  it('may begin again', () => {
    expect(
      follow([
        [report({ event: 'FLAGGED', atMs: 1 }), report({ event: 'UNFLAGGED', atMs: 2 })],
        [report({ event: 'FLAGGED', atMs: HOUR_MS })],
      ]),
    ).toEqual([
      'number_flagged 106 15550783881 1: 2',
      `number_flagged 106 15550783881 ${HOUR_MS}: null`,
    ])
  })
})

describe('errors about no message', () => {
  const errors = (firstMs: number) => ({ number: '106', code: 131031, errors: 2, firstMs })

  it('begin with their hour, and have ended with an hour without any', () => {
    const inHour = (index: number, isComplete: boolean, firstMs?: number) => ({
      hour: { ...hourOf(index * HOUR_MS), isComplete },
      rows: firstMs === undefined ? [] : [errors(firstMs)],
    })
    let known: readonly Detection[] = []
    const news = [
      // Two hours are not settled yet, and the error came in the second of them.
      {
        hour: { startMs: 0, endMs: 1.5 * HOUR_MS, isComplete: false },
        rows: [errors(HOUR_MS + 9)],
      },
      inHour(0, true),
      inHour(1, true, HOUR_MS + 9),
      inHour(2, false),
      inHour(2, true),
    ].flatMap(({ hour, rows }) => {
      const next = advance(known, judgeOutOfBand(rows, hour), hour)
      known = next.known
      return next.news.map(({ endedMs, sinceMs, subject }) => [subject, sinceMs, endedMs])
    })
    expect(news).toEqual([
      ['131031', HOUR_MS, null],
      ['131031', HOUR_MS, 2 * HOUR_MS],
    ])
  })
})
