import { describe, expect, it } from '@jest/globals'
import { median } from './measure.ts'

describe('median', () => {
  it('is the value in the middle, however they are ordered', () => {
    expect(median([30, 9, 20])).toBe(20)
    expect(median([100])).toBe(100)
  })
})
