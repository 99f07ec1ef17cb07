import { describe, expect, it } from '@jest/globals'
import { redacted } from './redacted.ts'

describe('redacted text', () => {
  it.each([
    ['GET http://ana:secret@h:8081/subjects failed', 'GET http://h:8081/subjects failed'],
    ['two: https://a:b@h/x, amqp://c@i', 'two: https://h/x, amqp://i'],
    ['"http://ana:s/e@c?ret@h"', '"http://h"'],
    ['http://h/?user=ana&password=secret&x=1', 'http://h/?user=ana&password=…&x=1'],
  ])('of %j holds no user and password', (text, expected) => {
    expect(redacted(text)).toBe(expected)
  })

  it.each([
    'Zoe',
    'Zoe is here',
    '"Zoe" "Zoe"',
    '{"Zoe": "Zoe" "Zoe"}',
    '[1, Zoe]',
    '{"a": "Zoe\n"}',
    '"Zoe',
    '{Zoe',
    'Zoe, '.repeat(40),
    '{"a": tru, "b": "Zoe"}',
    '<Zoe>',
    'not valid JSON Zoe',
  ])('of the error of parsing %j quotes nothing of it', (input) => {
    let error: unknown
    try {
      JSON.parse(input)
    } catch (thrown) {
      error = thrown
    }
    expect(String(error)).toContain('SyntaxError')
    expect(redacted(String(error))).not.toContain('Zo')
  })

  it('leaves everything else unchanged', () => {
    const text = 'mail ana@example.com about http://h:1/a?b=c#d'
    expect(redacted(text)).toBe(text)
  })
})
