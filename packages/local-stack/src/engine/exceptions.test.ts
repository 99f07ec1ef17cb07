import { describe, expect, it } from '@jest/globals'
import { toException, toExceptionAnswer } from './exceptions.ts'

describe('toExceptionAnswer', () => {
  it('keeps the code and says not found for an unknown table', () => {
    const text = 'Code: 60. DB::Exception: Unknown table x. (UNKNOWN_TABLE)'
    expect(toExceptionAnswer(new Error(text))).toEqual({ status: 404, code: 60, text })
  })

  it('says once what the engine says twice', () => {
    const { text } = toExceptionAnswer(
      new Error('Code: 27. DB::Exception: Code: 27. DB::Exception: Cannot parse. (X)'),
    )
    expect(text).toBe('Code: 27. DB::Exception: Cannot parse. (X)')
  })

  it('gives anything else the form of an exception', () => {
    expect(toExceptionAnswer(new TypeError('oops'))).toEqual({
      status: 500,
      code: 1002,
      text: 'Code: 1002. DB::Exception: oops (UNKNOWN_EXCEPTION)',
    })
  })

  it('knows the status of our own codes', () => {
    expect(toExceptionAnswer(toException(62, 'SYNTAX_ERROR', 'no')).status).toBe(400)
  })
})
