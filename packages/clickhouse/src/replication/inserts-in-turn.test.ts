import { describe, expect, it } from '@jest/globals'
import { ClickHouseError as ServerDiagnosis } from '@clickhouse/client'
import { ClickHouseError } from '../client/clickhouse-error.ts'
import { createTurns } from './inserts-in-turn.ts'

const refusal = (code: number): ClickHouseError =>
  new ClickHouseError(new ServerDiagnosis({ message: '', code: String(code), type: 'REFUSED' }))

describe('inserts of a cluster', () => {
  it('into one table wait for each other, also for one that fails', async () => {
    const inTurn = createTurns()
    const seen: string[] = []
    const first = Promise.withResolvers<void>()
    const inserts = [
      inTurn('errors', async () => {
        seen.push('first')
        await first.promise
      }),
      inTurn('errors', async () => {
        seen.push('second')
      }),
      inTurn('numbers', async () => {
        seen.push('another table')
        first.reject(refusal(241))
      }),
    ]
    const outcomes = await Promise.allSettled(inserts)
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
    expect(seen).toEqual(['first', 'another table', 'second'])
  })

  it('come again while another process’s insert has no quorum yet, and for no other reason', async () => {
    const inTurn = createTurns()
    const attempts = { of286: 0, of241: 0 }
    await inTurn('errors', async () => {
      attempts.of286 += 1
      if (attempts.of286 < 3) throw refusal(286)
    })
    const refused = inTurn('errors', async () => {
      attempts.of241 += 1
      throw refusal(241)
    })
    await expect(refused).rejects.toMatchObject({ serverCode: 241 })
    expect(attempts).toEqual({ of286: 3, of241: 1 })
  })
})
