import { describe, expect, it } from '@jest/globals'
import { readDashboard } from './dashboard-questions.ts'
import { readGuide } from './guide-questions.ts'
import { atEnd, daysNamedIn } from './question.ts'
import { readQuestions } from './questions.ts'

const literals = {
  number: '77',
  numbers: ['77', '78'],
  messageId: 'wamid.M',
  contactId: '4917',
  endMs: Date.UTC(2026, 4, 1, 12),
}

describe('daysNamedIn', () => {
  it.each([
    ['anchor_day >= today() - 31 AND at > now() - INTERVAL 1 DAY', 31],
    ['hour >= now() - INTERVAL 7 DAY', 7],
    ["day >= toDate(now('UTC')) - 31", 31],
    ["WHERE message_id = 'wamid.EXAMPLE'", 0],
    ['SELECT kind FROM wa.contact_aliases', undefined],
  ])('reads %s', (sql, days) => expect(daysNamedIn(sql)).toBe(days))
})

describe('atEnd', () => {
  it('asks when the data ended', () => {
    expect(atEnd("a > now() AND b > now('UTC') AND c = today() - 1", literals)).toBe(
      "a > toDateTime(1777636800, 'UTC') AND b > toDateTime(1777636800, 'UTC') AND c = toDate('2026-05-01') - 1",
    )
  })
})

describe('readGuide', () => {
  it('takes each query with the words before it, and literals of the data', () => {
    const guide =
      "## A\n\n### `messages`\n\nOne message:\n\n```sql\nSELECT 1\nWHERE message_id = 'wamid.EXAMPLE'\n```\n" +
      "\n### `conversation`\n\nText.\n\n```sql\nSELECT 2 WHERE c = '491700000001'\n```\n"
    expect(readGuide(guide, literals)).toEqual([
      {
        name: 'guide/messages: One message',
        sql: "SELECT 1\nWHERE message_id = 'wamid.M'",
        days: 0,
      },
      { name: 'guide/conversation: query 1', sql: "SELECT 2 WHERE c = '4917'" },
    ])
  })
})

describe('readDashboard', () => {
  it('fills in what Grafana does, over the range that the dashboard opens with', () => {
    const dashboard = {
      title: 'D',
      time: { from: 'now-7d', to: 'now' },
      templating: { list: [{ query: "SELECT n WHERE d >= toDate(now('UTC')) - 31" }] },
      panels: [
        {
          title: 'P',
          targets: [
            { rawSql: 'SELECT a WHERE $__timeFilter(at) AND number IN (${number:singlequote})' },
          ],
        },
        { title: 'Q', targets: [{ rawSql: 'SELECT b' }, { expr: 'up' }] },
      ],
    }
    expect(readDashboard(JSON.stringify(dashboard), literals)).toEqual([
      {
        name: 'D/variable',
        sql: "SELECT n WHERE d >= toDate(toDateTime(1777636800, 'UTC')) - 31",
        days: 31,
      },
      {
        name: 'D/P',
        sql:
          "SELECT a WHERE at >= toDateTime(1777032000, 'UTC') AND at <= toDateTime(1777636800, 'UTC')" +
          " AND number IN ('77','78')",
        days: 7,
      },
      { name: 'D/Q', sql: 'SELECT b', days: undefined },
    ])
  })
})

describe('readQuestions', () => {
  it('finds those of the guide and of both dashboards, each under a name of its own', async () => {
    const questions = await readQuestions(literals)
    const names = questions.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    const countOf = (start: string): number => names.filter((name) => name.startsWith(start)).length
    expect(countOf('guide/')).toBeGreaterThan(30)
    expect(countOf('wabastream: messages/')).toBeGreaterThan(5)
    expect(countOf('wabastream: business/')).toBeGreaterThan(10)
    for (const { sql } of questions) expect(sql).not.toMatch(/\$__|\$\{|\bnow\(|\btoday\(|EXAMPLE/)
  })
})
