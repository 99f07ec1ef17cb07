import { describe, expect, it } from '@jest/globals'
import { advance } from './advance.ts'
import { DAY_MS, type Detection, HOUR_MS, hourOf } from './detection.ts'
import { judgeOutOfBand } from './out-of-band.ts'
import { type ProviderReport } from './report-meanings.ts'
import { judgeReports } from './reports.ts'

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
  limit: '',
  ...change,
})
const templateReport = (atMs: number, event: string, template = 'spring') =>
  report({ atMs, event, field: 'message_template_status_update', template, language: 'en' })
const restricted = (change: Partial<ProviderReport>) =>
  report({ field: 'account_update', number: '', displayNumber: '', ...change })

/** What the log has in the end, of reports by the hour in which they come: later ones know more. */
function follow(hours: readonly (readonly ProviderReport[])[]): readonly string[] {
  let known: readonly Detection[] = []
  const rows = new Map<string, string>()
  for (const index of hours.keys()) {
    const hour = hourOf(index * HOUR_MS)
    const reports = hours.slice(0, index + 1).flat()
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
    [
      'a paused template',
      [templateReport(5, 'PAUSED')],
      'template_paused 106 spring, en, waba 5: null',
    ],
    [
      'a disabled one',
      [templateReport(5, 'DISABLED')],
      'template_paused 106 spring, en, waba 5: null',
    ],
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
      `template_paused 106 spring, en, waba 1: ${2 * HOUR_MS + 7}`,
      'template_paused 106 autumn, en, waba 2: null',
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

describe('reports that do not come as one would like', () => {
  it('never go on if they were taken back before they came', () => {
    expect(follow([[templateReport(9, 'APPROVED')], [templateReport(5, 'PAUSED')]])).toEqual([
      'template_paused 106 spring, en, waba 5: 9',
    ])
  })

  it('are of one account, though another has a template of the same name', () => {
    const ofOther = { ...templateReport(HOUR_MS + 9, 'APPROVED'), account: 'other' }
    expect(follow([[templateReport(5, 'PAUSED')], [ofOther]])).toEqual([
      'template_paused 106 spring, en, waba 5: null',
    ])
  })

  it('are the same when the number is known later, and end by its display number', () => {
    const flagged = report({ event: 'FLAGGED', atMs: 5 })
    const unknown: readonly ProviderReport[] = [{ ...flagged, number: '' }]
    const [before, after] = [hourOf(0), hourOf(HOUR_MS)]
    const first = advance([], judgeReports(unknown, before), before)
    const second = advance(first.known, judgeReports([flagged], after), after)
    expect(second.news).toEqual([])
    const back = [flagged, report({ event: 'UNFLAGGED', atMs: HOUR_MS })]
    const third = advance(second.known, judgeReports(back, after), after)
    expect(third.news).toEqual([{ ...first.news[0], endedMs: HOUR_MS }])
  })

  it('hold as long as the last of them says', () => {
    const until = (atMs: number, untilMs: number | null) =>
      restricted({ event: 'ACCOUNT_RESTRICTION', atMs, untilMs })
    const [soon, later] = [until(0, 2 * HOUR_MS), until(HOUR_MS, 3 * HOUR_MS)]
    expect(follow([[soon], [later], [], [], []])).toEqual([
      `account_restricted  waba 0: ${3 * HOUR_MS}`,
    ])
    const ban = restricted({ event: 'DISABLED_UPDATE', banState: 'DISABLE', atMs: HOUR_MS })
    expect(follow([[soon], [ban], [], [], []])).toEqual(['account_restricted  waba 0: null'])
  })

  it('of a restriction of months hold for months', () => {
    const untilMs = 60 * DAY_MS
    const reported = [restricted({ event: 'ACCOUNT_RESTRICTION', untilMs })]
    let known: readonly Detection[] = []
    const news = [0, 40, 60].flatMap((day) => {
      const hour = hourOf(day * DAY_MS)
      const next = advance(known, judgeReports(reported, hour), hour)
      known = next.known
      return next.news.map(({ endedMs }) => [day, endedMs])
    })
    expect(news).toEqual([
      [0, null],
      [60, untilMs],
    ])
  })

  it('name the number, and end with the whole account', () => {
    const ofNumber = { number: '106', displayNumber: '15550783881', event: 'ACCOUNT_RESTRICTION' }
    const back = restricted({ banState: 'REINSTATE', atMs: HOUR_MS })
    expect(follow([[restricted(ofNumber)], [back]])).toEqual([
      `account_restricted 106 waba, 15550783881 0: ${HOUR_MS}`,
    ])
  })
})

describe('the messaging limit of a portfolio', () => {
  const limit = (atMs: number, tier: string, account = 'waba') =>
    report({
      field: 'business_capability_update',
      number: '',
      displayNumber: '',
      atMs,
      account,
      limit: tier,
    })

  it('is lower than before, until it is raised', () => {
    const old = limit(-90 * DAY_MS, 'TIER_10K')
    expect(
      follow([[old], [limit(HOUR_MS, 'TIER_2K')], [], [limit(3 * HOUR_MS, 'TIER_10K')]]),
    ).toEqual([`number_limited  waba ${HOUR_MS}: ${3 * HOUR_MS}`])
  })

  it('is no trouble if it is the first, the same, higher, another account’s, or unknown', () => {
    expect(
      follow([
        [limit(1, 'TIER_10K'), limit(2, 'TIER_10K'), limit(3, 'TIER_100K')],
        [limit(4, 'TIER_250', 'other'), limit(5, 'SOMETHING'), limit(6, '')],
      ]),
    ).toEqual([])
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
        hour: { startMs: 0, endMs: 1.5 * HOUR_MS, isComplete: false, outages: [] },
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
