import { describe, expect, it } from '@jest/globals'
import { type Position } from '../ports/record.ts'
import { createCommitGroup } from './commit-group.ts'

const position = (partition: number, offset = 1): Position => ({ topic: 't', partition, offset })

function harness(refuses: (partition: number) => boolean = () => false) {
  const requests: number[][] = []
  const commit = createCommitGroup(async (positions) => {
    requests.push(positions.map(({ partition }) => partition))
    if (positions.some(({ partition }) => refuses(partition))) throw new Error('refused')
  })
  const outcome = (partition: number, signal = new AbortController().signal) =>
    commit(position(partition), signal).then(
      () => 'committed',
      (error: unknown) => String(error),
    )
  return { outcome, requests }
}

describe('a commit group', () => {
  it('commits in one request what arrives about the same time', async () => {
    const { outcome, requests } = harness()
    expect(await Promise.all([outcome(0), outcome(1), outcome(2)])).toEqual(
      Array.from({ length: 3 }, () => 'committed'),
    )
    expect(requests).toEqual([[0, 1, 2]])
    await outcome(3)
    expect(requests).toEqual([[0, 1, 2], [3]])
  })

  it('lets a partition that is refused fail alone', async () => {
    const { outcome } = harness((partition) => partition === 1)
    const outcomes = await Promise.all([outcome(0), outcome(1), outcome(2)])
    expect(outcomes).toEqual(['committed', 'Error: refused', 'committed'])
  })

  it('leaves out a partition that was taken away while it waited', async () => {
    const { outcome, requests } = harness()
    const closing = new AbortController()
    const outcomes = [outcome(0, closing.signal), outcome(1)]
    closing.abort(new Error('given back'))
    expect(await Promise.all(outcomes)).toEqual(['Error: given back', 'committed'])
    expect(requests).toEqual([[1]])
  })
})
