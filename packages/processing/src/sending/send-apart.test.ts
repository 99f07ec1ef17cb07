import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { PortError } from '../ports/port-error.ts'
import { sendApart } from './send-apart.ts'

async function sent(items: readonly number[], isBad: (item: number) => boolean) {
  const taken: number[] = []
  const refused: number[] = []
  let sends = 0
  await sendApart(items, {
    async send(some) {
      sends += 1
      if (some.some(isBad)) throw new PortError('records_refused', 'too large')
      taken.push(...some)
    },
    refused: (item) => refused.push(item),
  })
  return { taken, refused, sends }
}

describe('a batch that is partly refused', () => {
  it('yields what is taken and what is refused alone, both in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 30 }), async (isBadAt) => {
        const items = isBadAt.map((_, index) => index)
        const { taken, refused } = await sent(items, (item) => isBadAt[item] === true)
        expect(taken).toEqual(items.filter((item) => isBadAt[item] !== true))
        expect(refused).toEqual(items.filter((item) => isBadAt[item] === true))
      }),
    )
  })

  it('is sent once if nothing is refused, and not at all if it is empty', async () => {
    expect(await sent([1, 2, 3], () => false)).toEqual({ taken: [1, 2, 3], refused: [], sends: 1 })
    expect(await sent([], () => true)).toEqual({ taken: [], refused: [], sends: 0 })
  })

  it('takes few sends to find one item among many', async () => {
    const items = Array.from({ length: 1_000 }, (_, index) => index)
    const { refused, sends } = await sent(items, (item) => item === 617)
    expect([refused, sends]).toEqual([[617], 21])
  })

  it('ends with any other error', async () => {
    const closed = new PortError('closed', 'the producer is closed')
    const send = () => Promise.reject(closed)
    await expect(sendApart([1, 2], { send, refused: fail })).rejects.toBe(closed)
  })
})

function fail(): never {
  throw new Error('nothing is to blame')
}
