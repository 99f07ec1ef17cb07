import { describe, expect, it, jest } from '@jest/globals'
import { ProviderError, type ProviderErrorKind } from '@wabastream/provider'
import { eventually } from '@wabastream/testing'
import { type OpenMessage } from '../waiting/entry.ts'
import { NumberLane, type NumberLaneOptions } from './number-lane.ts'

const message = (messageId: string): OpenMessage => ({
  number: '1',
  messageId,
  state: 'due',
  askedBy: 'on_receipt',
  channel: 'main',
  contacts: [],
  atMs: 1,
  receivedAt: 1,
  place: { partition: 0, offset: 0, itemIndex: 0, receiptId: 'r' },
})

type Answers = (messageId: string, call: number) => ProviderErrorKind | undefined

/** A lane to a provider that answers by `answers`; `undefined` accepts. */
function aLane(answers: Answers, given: Partial<NumberLaneOptions> = {}) {
  const calls: string[] = []
  const marked: string[] = []
  const refused: string[] = []
  const seen: string[] = []
  const lane = new NumberLane({
    provider: {
      async markRead(messageId) {
        calls.push(messageId)
        const kind = answers(messageId, calls.length)
        if (kind !== undefined) throw new ProviderError(kind, 'no')
      },
    },
    perSecond: 1_000,
    parallel: 4,
    isWanted: () => true,
    onAnswer: (answer) => seen.push(answer),
    onMarked: ({ messageId }) => marked.push(messageId),
    onRefused: ({ messageId }, { kind }, tries) => refused.push(`${messageId} ${kind} ${tries}`),
    onBroken: (error) => {
      throw error
    },
    now: () => performance.now(),
    random: () => 0,
    ...given,
  })
  return { lane, calls, marked, refused, seen }
}

describe('the lane of a number', () => {
  it('marks nothing before it is opened, then everything in order', async () => {
    const { calls, lane, marked } = aLane(() => undefined, { parallel: 1 })
    for (const id of ['a', 'b', 'c']) lane.add(message(id))
    expect(calls).toEqual([])
    lane.open()
    await eventually('all are marked', () => marked.length === 3)
    expect(marked).toEqual(['a', 'b', 'c'])
    lane.close()
  })

  it.each(['key_invalid', 'rate_limited', 'unavailable', 'answer_invalid'] as const)(
    'waits as a whole where the number is %s, asks with one request, and loses nothing',
    async (kind) => {
      const { calls, lane, marked, refused } = aLane((_, call) => (call < 3 ? kind : undefined))
      lane.open()
      lane.add(message('a'))
      await eventually('it was asked', () => calls.length === 1)
      expect(lane.isAway).toBe(true)
      for (const id of ['b', 'c']) lane.add(message(id))
      await eventually('all are marked', () => marked.length === 3)
      expect(calls.slice(0, 3)).toEqual(['a', 'a', 'a'])
      expect([refused, lane.isAway]).toEqual([[], false])
      lane.close()
    },
  )

  it('gives up what the provider refuses, and goes on with the others', async () => {
    const { lane, marked, refused } = aLane((id) => (id === 'bad' ? 'refused' : undefined))
    lane.open()
    for (const id of ['bad', 'b']) lane.add(message(id))
    await eventually('both are done', () => marked.length + refused.length === 2)
    expect([marked, refused]).toEqual([['b'], ['bad refused 1']])
    lane.close()
  })

  it('asks a few times for what the provider does not know', async () => {
    jest.useFakeTimers()
    try {
      const { calls, lane, marked, refused } = aLane(
        (id) => (id === 'new' ? 'not_found' : undefined),
        {
          now: () => Date.now(),
        },
      )
      lane.open()
      for (const id of ['new', 'b']) lane.add(message(id))
      await jest.advanceTimersByTimeAsync(60_000)
      expect(marked).toEqual(['b'])
      expect(refused).toEqual(['new not_found 5'])
      expect(calls.filter((id) => id === 'new')).toHaveLength(5)
      lane.close()
    } finally {
      jest.useRealTimers()
    }
  })

  it('waits as long as the provider asks, up to ten minutes', async () => {
    jest.useFakeTimers()
    try {
      let calls = 0
      const { lane, marked } = aLane(() => undefined, {
        now: () => Date.now(),
        provider: {
          async markRead() {
            calls += 1
            if (calls > 1) return
            throw new ProviderError('rate_limited', 'slow', { retryAfterMs: 86_400_000 })
          },
        },
      })
      lane.open()
      lane.add(message('a'))
      await jest.advanceTimersByTimeAsync(599_000)
      expect(calls).toBe(1)
      await jest.advanceTimersByTimeAsync(2_000)
      expect(marked).toEqual(['a'])
      lane.close()
    } finally {
      jest.useRealTimers()
    }
  })

  it('takes requests that fail together for one failure, and asks again soon', async () => {
    jest.useFakeTimers()
    try {
      const away = Promise.withResolvers<void>()
      const { calls, lane, marked } = aLane(() => undefined, {
        now: () => Date.now(),
        parallel: 8,
        provider: {
          async markRead(messageId) {
            calls.push(messageId)
            if (calls.length > 8) return
            await away.promise
            throw new ProviderError('unavailable', 'restarts')
          },
        },
      })
      lane.open()
      for (let id = 0; id < 16; id += 1) lane.add(message(String(id)))
      await jest.advanceTimersByTimeAsync(100)
      expect(calls).toHaveLength(8)
      away.resolve()
      await jest.advanceTimersByTimeAsync(1_000)
      expect(marked).toHaveLength(16)
      lane.close()
    } finally {
      jest.useRealTimers()
    }
  })

  it('keeps to its rate and to its requests at once', async () => {
    jest.useFakeTimers()
    try {
      const open: PromiseWithResolvers<void>[] = []
      const { lane, marked } = aLane(() => undefined, {
        now: () => Date.now(),
        perSecond: 10,
        parallel: 3,
        provider: {
          markRead() {
            const answer = Promise.withResolvers<void>()
            open.push(answer)
            return answer.promise
          },
        },
      })
      lane.open()
      for (let id = 0; id < 9; id += 1) lane.add(message(String(id)))
      await jest.advanceTimersByTimeAsync(150)
      expect(open).toHaveLength(2)
      await jest.advanceTimersByTimeAsync(5_000)
      expect(open).toHaveLength(3)
      for (const answer of open) answer.resolve()
      await jest.advanceTimersByTimeAsync(10)
      expect(marked).toHaveLength(3)
      lane.close()
    } finally {
      jest.useRealTimers()
    }
  })

  it('leaves out what is done meanwhile', async () => {
    const { calls, lane, marked } = aLane(() => undefined, {
      isWanted: ({ messageId }) => messageId !== 'b',
    })
    lane.open()
    for (const id of ['a', 'b', 'c']) lane.add(message(id))
    await eventually('the others are marked', () => marked.length === 2)
    expect(calls).toEqual(['a', 'c'])
    lane.close()
  })

  it('ends what is under way, and then begins nothing more', async () => {
    const answer = Promise.withResolvers<void>()
    const { lane, marked } = aLane(() => undefined, {
      provider: { markRead: () => answer.promise },
      parallel: 1,
    })
    lane.open()
    for (const id of ['a', 'b']) lane.add(message(id))
    const finished = lane.finish()
    answer.resolve()
    await finished
    expect(marked).toEqual(['a'])
  })
})
