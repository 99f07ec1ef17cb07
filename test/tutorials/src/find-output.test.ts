import { describe, expect, it } from '@jest/globals'
import { findMissingLine } from './find-output.ts'

const OUTPUT = 'Tests:  3 passed, 3 total\n  src/a.ts(7,3): error TS2741: x\nTime: 1.2 s\n'

describe('output that a tutorial shows', () => {
  it.each([
    [['Tests:  3 passed, 3 total', 'Time: 1.2 s']],
    [['Tests: … 3 total', 'Time: … s']],
    [['src/a.ts(…): error TS2741: …']],
    [['…', 'Time: …']],
    [[]],
  ])('is found: %j', (wanted) => {
    expect(findMissingLine(OUTPUT, wanted)).toBeUndefined()
  })

  it.each([
    ['in another order', ['Time: …', 'Tests: …'], 'Tests: …'],
    ['a part of a line', ['3 passed, 3 total'], '3 passed, 3 total'],
    ['the same line twice', ['Time: …', 'Time: …'], 'Time: …'],
    ['parts that overlap', ['Time: 1.2…1.2 s'], 'Time: 1.2…1.2 s'],
  ])('is missed: %s', (_, wanted, missing) => {
    expect(findMissingLine(OUTPUT, wanted)).toBe(missing)
  })
})
