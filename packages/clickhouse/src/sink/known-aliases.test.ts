import { describe, expect, it } from '@jest/globals'
import { aStatus } from '@wabastream/testing'
import { toContactAliasRows } from '../rows/contact-alias-rows.ts'
import { KnownAliases } from './known-aliases.ts'

const DAY_MS = 86_400_000
const MORNING = Date.UTC(2026, 4, 1, 6)

function rowOf(receivedAt: number, rawOffset: number, recipientId = '491700000001') {
  const [row] = toContactAliasRows(
    aStatus('sent', { receivedAt, rawOffset }, { recipientId, recipientUserId: 'DE.1' }),
  )
  if (row === undefined) throw new Error('no alias')
  return row
}

describe('known aliases', () => {
  it('have one row a day, and another where a place before is found', () => {
    const aliases = new KnownAliases()
    expect(aliases.isNews(rowOf(MORNING, 5))).toBe(true)
    expect(aliases.isNews(rowOf(MORNING, 5))).toBe(false)
    expect(aliases.isNews(rowOf(MORNING + 1_000, 4))).toBe(false)
    expect(aliases.isNews(rowOf(MORNING, 4))).toBe(true)
    expect(aliases.isNews(rowOf(MORNING - 1_000, 9))).toBe(true)
    expect(aliases.isNews(rowOf(MORNING, 4))).toBe(false)
    expect(aliases.isNews(rowOf(MORNING + DAY_MS, 8))).toBe(true)
    expect(aliases.isNews(rowOf(MORNING, 5, '491700000002'))).toBe(true)
  })

  it('are forgotten when others came, and then have a row again', () => {
    const aliases = new KnownAliases(1)
    expect(aliases.isNews(rowOf(MORNING, 5))).toBe(true)
    expect(aliases.isNews(rowOf(MORNING, 6, '491700000002'))).toBe(true)
    expect(aliases.isNews(rowOf(MORNING, 5))).toBe(true)
  })
})
