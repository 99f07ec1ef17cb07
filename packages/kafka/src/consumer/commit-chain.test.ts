import { describe, expect, it } from '@jest/globals'
import { KafkaError } from '../wire/kafka-error.ts'
import { CommitChain, type HeldPosition, lastOfEach } from './commit-chain.ts'

const held = { isEnded: false }
const at = (partition: number, offset: number): HeldPosition => ({
  position: { topic: 'raw', partition, offset },
  held,
})

/** Notes what each request commits, as `partition@offset`. */
function createChain(): { readonly chain: CommitChain; readonly requests: string[] } {
  const requests: string[] = []
  const chain = new CommitChain(async (positions) => {
    await new Promise(setImmediate)
    if (positions.some((one) => one.held?.isEnded !== false)) {
      throw new KafkaError('stale_assignment', 'taken away')
    }
    requests.push(
      positions.map(({ position: { offset, partition } }) => `${partition}@${offset}`).join(' '),
    )
  })
  return { chain, requests }
}

describe('commits', () => {
  it('go together when they are asked for in one turn, or while one is under way', async () => {
    const { chain, requests } = createChain()
    const first = [chain.commit([at(0, 5)]), chain.commit([at(1, 6)])]
    await Promise.resolve()
    const later = [chain.commit([at(2, 7)]), chain.commit([at(3, 8)])]
    await Promise.all([...first, ...later])
    expect(requests).toEqual(['0@5 1@6', '2@7 3@8'])
  })

  it('fail alone for a partition that was taken away', async () => {
    const { chain, requests } = createChain()
    const away = { ...at(1, 6), held: { isEnded: true } }
    const results = await Promise.allSettled([chain.commit([at(0, 5)]), chain.commit([away])])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(requests).toEqual(['0@5'])
  })

  it('fail for what was held when they were asked for, even if it is held again', async () => {
    const { chain } = createChain()
    const former = { isEnded: false }
    const first = chain.commit([at(0, 5)])
    const second = chain.commit([{ ...at(1, 6), held: former }])
    former.isEnded = true
    await first
    await expect(second).rejects.toMatchObject({ code: 'stale_assignment' })
  })

  it('go on after a failure', async () => {
    const { chain, requests } = createChain()
    await expect(chain.commit([{ ...at(0, 5), held: undefined }])).rejects.toMatchObject({
      code: 'stale_assignment',
    })
    await chain.commit([at(0, 6)])
    expect(requests).toEqual(['0@6'])
  })
})

describe('lastOfEach', () => {
  it('names a partition once, with its last position', () => {
    const positions = [at(0, 5), at(1, 6), at(0, 9)].map(({ position }) => position)
    expect(lastOfEach(positions)).toEqual([
      { topic: 'raw', partition: 0, offset: 9 },
      { topic: 'raw', partition: 1, offset: 6 },
    ])
  })
})
