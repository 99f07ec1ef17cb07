import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { Ledger } from '../ledger/ledger.ts'
import { type Answer } from '../sending/answer.ts'
import { type OutgoingWebhook } from '../sending/request-headers.ts'
import { Dispatcher, type DispatcherOptions, type GivenUp } from './dispatcher.ts'
import { type Lane } from './lane.ts'

const ok: Answer = { kind: 'acknowledged', status: 200 }
const bad: Answer = { kind: 'refused', status: 422 }
const broken: Answer = { kind: 'failed', status: 500, retryAfterMs: null }

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] })
})
afterEach(() => {
  jest.useRealTimers()
})

/** A destination that answers as told, and what was posted to it. */
function createScene(more: Partial<DispatcherOptions['destination']> = {}) {
  const posted: string[] = []
  const givenUp: GivenUp[] = []
  let answerTo: (receiptId: string) => Answer | Promise<Answer> = () => ok
  const dispatcher = new Dispatcher({
    destination: {
      order: 'none',
      parallel: 4,
      ratePerSecond: null,
      refusedAfter: 3,
      failedAfter: 3,
      ...more,
    },
    poster: {
      async post({ receiptId }: OutgoingWebhook) {
        posted.push(receiptId)
        return answerTo(receiptId)
      },
    },
    replay: null,
    giveUp: async (given) => {
      givenUp.push(given)
    },
    observer: { answered: () => {}, settled: () => {} },
    isBehind: () => false,
    isComplete: () => true,
    onMoved: () => {},
    onBroken: (error) => {
      throw error
    },
    now: () => Date.now(),
    random: () => 1,
  })
  return {
    dispatcher,
    posted,
    givenUp,
    answer(by: typeof answerTo) {
      answerTo = by
    },
    /** Lets so much time pass, with all that happens in it. */
    async pass(ms: number) {
      for (let passed = 0; passed <= ms; passed += 50) {
        await setImmediate()
        jest.advanceTimersByTime(50)
      }
      await setImmediate()
    },
  }
}

function offer(lane: Lane, offset: number, numbers: readonly string[] = []): void {
  lane.add({
    lane,
    offset,
    channel: null,
    receivedAt: offset,
    webhook: {
      receiptId: `${lane.partition}/${offset}`,
      contentType: null,
      signature: null,
      body: Buffer.alloc(1),
    },
    numbers,
    readAtMs: Date.now(),
    tries: 0,
    refusals: 0,
    failures: 0,
    acceptedBefore: 0,
  })
}

describe('a dispatcher', () => {
  it('gives up what is refused a set number of times, and nothing around it', async () => {
    const { answer, dispatcher, givenUp, pass, posted } = createScene()
    answer((id) => (id === '0/2' ? bad : ok))
    const lane = dispatcher.open(0, Ledger.begin(0))
    for (let offset = 0; offset < 10; offset += 1) offer(lane, offset)
    dispatcher.pump()
    await pass(60_000)
    expect(posted.filter((id) => id === '0/2')).toHaveLength(3)
    expect(givenUp).toMatchObject([{ reason: 'forward_refused', answer: bad }])
    expect([lane.ledger.low, lane.ledger.tally()]).toMatchObject([
      10,
      { acknowledged: 9, refused: 1 },
    ])
  })

  it('gives up what fails alone while others are accepted', async () => {
    const { answer, dispatcher, givenUp, pass } = createScene()
    answer((id) => (id === '0/0' ? broken : ok))
    const lane = dispatcher.open(0, Ledger.begin(0))
    for (let offset = 0; offset < 4; offset += 1) offer(lane, offset)
    for (let round = 1; round < 12; round += 1) {
      dispatcher.pump()
      await pass(30_000)
      offer(lane, round + 3)
    }
    expect(givenUp).toMatchObject([{ reason: 'forward_failed', answer: broken }])
    expect(givenUp[0]?.delivery.tries).toBeGreaterThanOrEqual(4)
  })

  it('gives up nothing while the destination accepts nothing, and asks it seldom', async () => {
    const { answer, dispatcher, givenUp, pass, posted } = createScene()
    answer(() => broken)
    const lane = dispatcher.open(0, Ledger.begin(0))
    for (let offset = 0; offset < 50; offset += 1) offer(lane, offset)
    dispatcher.pump()
    await pass(600_000)
    expect([givenUp, dispatcher.isAway]).toEqual([[], true])
    expect(posted.length).toBeLessThan(40)
    answer(() => ok)
    await pass(60_000)
    expect([lane.ledger.low, dispatcher.isAway]).toEqual([50, false])
  })

  it('finds the others behind webhooks that a destination can not take', async () => {
    const { answer, dispatcher, pass } = createScene()
    const poison = new Set(['0/0', '0/1', '0/2', '0/3', '0/4', '0/5', '0/6', '0/7'])
    answer((id) => (poison.has(id) ? broken : ok))
    const lane = dispatcher.open(0, Ledger.begin(0))
    for (let offset = 0; offset < 40; offset += 1) offer(lane, offset)
    dispatcher.pump()
    await pass(120_000)
    expect(lane.ledger.tally().acknowledged).toBe(32)
  })

  it('goes on around one kind of webhook that can never be taken, and gives up each', async () => {
    const { answer, dispatcher, givenUp, pass } = createScene({ failedAfter: 8 })
    answer((id) => (Number(id.split('/')[1]) % 50 === 0 ? broken : ok))
    const lane = dispatcher.open(0, Ledger.begin(0))
    let offset = 0
    let awaySteps = 0
    for (let second = 0; second < 900; second += 1) {
      for (let one = 0; one < 5; one += 1) {
        offer(lane, offset)
        offset += 1
      }
      dispatcher.pump()
      await pass(950)
      if (dispatcher.isAway) awaySteps += 1
    }
    await pass(600_000)
    expect(awaySteps).toBe(0)
    expect(lane.ledger.low).toBe(offset)
    expect(givenUp).toHaveLength(offset / 50)
  }, 60_000)

  it('gives up what holds up a number, so that others go on', async () => {
    const { answer, dispatcher, givenUp, pass } = createScene({
      order: 'per_number',
      failedAfter: 8,
    })
    answer((id) => (id === '0/20' ? broken : ok))
    const lane = dispatcher.open(0, Ledger.begin(0))
    for (let offset = 0; offset < 3_000; offset += 1) {
      offer(lane, offset, [offset >= 20 && offset % 10 !== 0 ? 'hot' : offset === 20 ? 'hot' : 'b'])
    }
    dispatcher.pump()
    await pass(900_000)
    expect(givenUp).toHaveLength(1)
    expect(lane.ledger.low).toBe(3_000)
  }, 60_000)

  it('settles what is only skipped once nothing before it waits', () => {
    const { dispatcher } = createScene({ parallel: 1 })
    const lane = dispatcher.open(0, Ledger.begin(0))
    offer(lane, 0)
    for (let offset = 1; offset < 5_000; offset += 1) lane.skip(offset, 'unselected')
    expect(lane.waitingCount).toBe(5_000)
    dispatcher.pump()
    expect([lane.waitingCount, lane.ledger.next, lane.ledger.low]).toEqual([0, 5_000, 0])
  })

  it('waits as long as it is asked to', async () => {
    const { answer, dispatcher, pass, posted } = createScene()
    answer(() => ({ kind: 'failed', status: 429, retryAfterMs: 20_000 }))
    const lane = dispatcher.open(0, Ledger.begin(0))
    offer(lane, 0)
    dispatcher.pump()
    await pass(1_000)
    answer(() => ok)
    offer(lane, 1)
    dispatcher.pump()
    await pass(17_000)
    expect(posted).toEqual(['0/0'])
    await pass(4_000)
    expect(lane.ledger.low).toBe(2)
  })

  it('asks again at once after a pause, whatever it was asked to wait for', async () => {
    const { answer, dispatcher, pass, posted } = createScene()
    answer(() => ({ kind: 'failed', status: 429, retryAfterMs: 600_000 }))
    const lane = dispatcher.open(0, Ledger.begin(0))
    offer(lane, 0)
    dispatcher.pump()
    await pass(1_000)
    answer(() => ok)
    dispatcher.hold(true)
    await pass(1_000)
    expect(posted).toHaveLength(1)
    dispatcher.hold(false)
    await pass(1_000)
    expect(lane.ledger.low).toBe(1)
  })

  it('sends no more at once, and no faster, than is allowed', async () => {
    const { answer, dispatcher, pass, posted } = createScene({ parallel: 2, ratePerSecond: 10 })
    let underWay = 0
    let most = 0
    answer(async () => {
      underWay += 1
      most = Math.max(most, underWay)
      await new Promise((resolve) => {
        setTimeout(resolve, 300)
      })
      underWay -= 1
      return ok
    })
    const lane = dispatcher.open(0, Ledger.begin(0))
    for (let offset = 0; offset < 100; offset += 1) offer(lane, offset)
    dispatcher.pump()
    await pass(3_000)
    expect(most).toBe(2)
    expect(posted.length).toBeLessThanOrEqual(22)
    expect(posted.length).toBeGreaterThan(10)
  })

  it('lets a webhook about several numbers wait for each of them', async () => {
    const { answer, dispatcher, pass, posted } = createScene({
      order: 'per_number',
      failedAfter: 50,
    })
    let isOpen = false
    answer((id) => (id === '0/0' && !isOpen ? broken : ok))
    const lane = dispatcher.open(0, Ledger.begin(0))
    offer(lane, 0, ['a'])
    offer(lane, 1, ['b'])
    offer(lane, 2, ['a', 'b'])
    offer(lane, 3, ['b'])
    offer(lane, 4, ['c'])
    dispatcher.pump()
    await pass(5_000)
    expect(posted.filter((id) => id !== '0/0')).toEqual(['0/1', '0/4'])
    isOpen = true
    await pass(60_000)
    expect(posted.slice(-3)).toEqual(['0/0', '0/2', '0/3'])
  })

  it('orders the webhooks of a number across partitions by their receipt', async () => {
    const { dispatcher, pass, posted } = createScene({ order: 'per_number', parallel: 1 })
    const lanes = [0, 1].map((partition) => dispatcher.open(partition, Ledger.begin(0)))
    lanes.forEach((lane, index) => {
      for (const offset of [0, 1, 2]) {
        lane.add({ ...blank(lane), offset, receivedAt: offset * 2 + (1 - index) })
      }
    })
    dispatcher.pump()
    await pass(5_000)
    expect(posted).toHaveLength(6)
    expect(posted.map((id) => id.split('/')[0])).toEqual(['1', '0', '1', '0', '1', '0'])
  })

  it('is not moved any more by a partition that it has given back', async () => {
    const { answer, dispatcher, pass, posted } = createScene()
    answer(() => broken)
    const lane = dispatcher.open(0, Ledger.begin(0))
    offer(lane, 0)
    dispatcher.pump()
    await pass(50)
    dispatcher.close(lane)
    answer(() => ok)
    await pass(60_000)
    expect([lane.ledger.low, posted]).toEqual([0, ['0/0']])
  })
})

function blank(lane: Lane) {
  return {
    lane,
    channel: null,
    webhook: {
      receiptId: `${lane.partition}/`,
      contentType: null,
      signature: null,
      body: Buffer.alloc(1),
    },
    numbers: ['a'],
    readAtMs: Date.now(),
    tries: 0,
    refusals: 0,
    failures: 0,
    acceptedBefore: 0,
  }
}
