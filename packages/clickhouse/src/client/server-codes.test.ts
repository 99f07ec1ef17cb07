import { describe, expect, it } from '@jest/globals'
import { ClickHouseError as ServerDiagnosis } from '@clickhouse/client'
import { ClickHouseError } from './clickhouse-error.ts'
import { failureOfCode } from './server-codes.ts'

describe('the code of a refusal', () => {
  it.each([
    ['bad_rows', [6, 27, 117, 469]],
    ['broken_schema', [16, 60, 164, 195, 497, 774]],
    ['unavailable', [159, 202, 241, 242, 252, 999]],
  ] as const)('means %s', (failure, codes) => {
    expect(codes.map(failureOfCode)).toEqual(codes.map(() => failure))
  })

  it('is tried again where nobody has seen it, and costs no row', () => {
    const error = new ClickHouseError(
      new ServerDiagnosis({ message: 'Of 2031', code: '9999', type: 'SOMETHING_NEW' }),
    )
    expect(error).toMatchObject({ code: 'unavailable', isRetryable: true, serverCode: 9_999 })
    expect(error.message).toBe('ClickHouse refuses it: error (code 9999)')
  })
})
