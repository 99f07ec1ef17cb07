import { describe, expect, it } from '@jest/globals'
import { growsOutside } from './growth.ts'

const MILLION = 1_000_000
/** A million rows a day. */
const read = (daysRead: number, spanDays: number) => ({ spanDays, rowsRead: daysRead * MILLION })

describe('growsOutside', () => {
  it('lets a query read its days in every size', () => {
    expect(growsOutside(7, [read(4.5, 4.5), read(7, 13.5), read(8, 45)])).toBe(false)
  })

  it('sees that all of the history is read', () => {
    expect(growsOutside(7, [read(4.5, 4.5), read(13.5, 13.5), read(45, 45)])).toBe(true)
    expect(growsOutside(30, [read(13.5, 13.5), read(45, 45)])).toBe(true)
  })

  it('lets a query about one message read a few granules more', () => {
    const one = (rowsRead: number, spanDays: number) => ({ spanDays, rowsRead })
    expect(growsOutside(0, [one(8_192, 4.5), one(90_000, 45)])).toBe(false)
    expect(growsOutside(0, [one(400_000, 4.5), one(4_000_000, 45)])).toBe(true)
  })

  it('says nothing of one size', () => {
    expect(growsOutside(1, [read(45, 45)])).toBe(false)
  })
})
