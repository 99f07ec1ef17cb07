import { describe, expect, it } from '@jest/globals'
import { timeZonesField } from './time-zones-field.ts'

const problems = (text: string): readonly string[] =>
  timeZonesField.safeParse(text).error?.issues.map(({ message }) => message) ?? []

describe('NUMBER_TIME_ZONES', () => {
  it('is a time zone by number, and one for all others', () => {
    expect(timeZonesField.parse('106540352242922=America/Sao_Paulo, *=UTC')).toEqual({
      '106540352242922': 'America/Sao_Paulo',
      '*': 'UTC',
    })
    expect(timeZonesField.parse(undefined)).toBeUndefined()
  })

  it.each([
    [
      'America/Sao_Paulo',
      'must be NUMBER=ZONE, separated by commas; this is not: America/Sao_Paulo',
    ],
    ['1=Sao Paulo', 'must be NUMBER=ZONE, separated by commas; this is not: 1=Sao Paulo'],
    [
      '1=America/Sao_Paolo',
      'has no time zone America/Sao_Paolo: use a name such as America/Sao_Paulo',
    ],
    ['1=UTC,1=Asia/Tokyo', 'names 1 twice'],
  ])('says what is wrong with %s', (text, problem) => {
    expect(problems(text)).toEqual([problem])
  })
})
