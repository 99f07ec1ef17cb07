import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type Attempt, DeliveryQueue } from './delivery-queue.ts'
import { compressed, delayAfterMs, retrySchedules } from './retry-schedule.ts'

interface Webhook {
  readonly name: number
  readonly body: Uint8Array
}

const retry = { firstDelayMs: 10, growth: 2, delayMsMax: 80, keepMs: 1_000 }
const webhook = (name: number, bytes = 1): Webhook => ({ name, body: new Uint8Array(bytes) })
const create = (
  limits: { webhooksMax?: number; bytesMax?: number } = {},
  onExpired?: (webhook: Webhook) => void,
) => new DeliveryQueue<Webhook>({ webhooksMax: 100, bytesMax: 1_000, retry, ...limits }, onExpired)

function taken(queue: DeliveryQueue<Webhook>, nowMs: number): Attempt<Webhook> {
  const attempt = queue.take(nowMs)
  if (attempt === undefined) throw new Error('nothing is due')
  return attempt
}

describe('DeliveryQueue', () => {
  it('hands webhooks out in the order in which they came, each once', () => {
    const queue = create()
    for (const name of [1, 2, 3]) queue.offer(webhook(name), 0)
    expect([0, 0, 0, 0].map((nowMs) => queue.take(nowMs)?.webhook.name)).toEqual([
      1,
      2,
      3,
      undefined,
    ])
    expect(queue.counts).toMatchObject({ offered: 3, waiting: 0, underWay: 3 })
  })

  it('tries again after delays that grow up to their maximum', () => {
    const queue = create()
    queue.offer(webhook(1), 0)
    const delays: number[] = []
    for (let nowMs = 0; delays.length < 6;) {
      queue.fail(taken(queue, nowMs), nowMs)
      const next = queue.nextMs ?? Infinity
      expect(queue.take(next - 1)).toBeUndefined()
      delays.push(next - nowMs)
      nowMs = next
    }
    expect(delays).toEqual([10, 20, 40, 80, 80, 80])
    expect(queue.counts.retries).toBe(5)
  })

  it('gives a webhook up when it is older than the provider keeps it', () => {
    const queue = create()
    queue.offer(webhook(1), 0)
    queue.fail(taken(queue, 1_000), 1_000)
    expect(queue.take(2_000)).toBeUndefined()
    expect(queue.counts).toMatchObject({ expired: 1, waiting: 0, underWay: 0 })
  })

  it('refuses what does not fit, by number or by bytes, and keeps what came before', () => {
    const byNumber = create({ webhooksMax: 2 })
    expect([1, 2, 3].map((name) => byNumber.offer(webhook(name), 0))).toEqual([true, true, false])
    const first = taken(byNumber, 0)
    expect(byNumber.offer(webhook(4), 0)).toBe(false)
    byNumber.acknowledge(first)
    expect(byNumber.offer(webhook(5), 0)).toBe(true)
    expect(byNumber.counts).toMatchObject({ offered: 5, overflowed: 2, acknowledged: 1 })
  })

  it('has room again for the bytes of what was acknowledged or given up', () => {
    const queue = create({ bytesMax: 10 })
    const offer = (bytes: number, nowMs: number) => queue.offer(webhook(0, bytes), nowMs)
    expect([6, 6, 4].map((bytes) => offer(bytes, 0))).toEqual([true, false, true])
    queue.acknowledge(taken(queue, 0))
    expect([offer(7, 0), offer(6, 0)]).toEqual([false, true])
    for (const attempt of [taken(queue, 0), taken(queue, 0)]) queue.fail(attempt, 0)
    expect(queue.take(2_000)).toBeUndefined()
    expect([offer(11, 2_000), offer(10, 2_000)]).toEqual([false, true])
  })

  it('tries each at least once, however long it had to wait', () => {
    const queue = create()
    queue.offer(webhook(1), 0)
    expect(taken(queue, 100_000).webhook.name).toBe(1)
  })

  it('hurries what waits, in the order in which it came', () => {
    const queue = create()
    for (const name of [1, 2]) queue.offer(webhook(name), name)
    for (const attempt of [taken(queue, 2), taken(queue, 2)].toReversed()) queue.fail(attempt, 2)
    queue.offer(webhook(3), 3)
    queue.hurry(4)
    expect([4, 4, 4].map((nowMs) => taken(queue, nowMs).webhook.name)).toEqual([1, 2, 3])
  })
})

type Move =
  | { readonly kind: 'offer'; readonly bytes: number }
  | { readonly kind: 'take' }
  | { readonly kind: 'acknowledge' | 'fail'; readonly which: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'hurry' }

const moves: fc.Arbitrary<readonly Move[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('offer'), bytes: fc.nat(40) }) },
    { weight: 4, arbitrary: fc.constant({ kind: 'take' } as const) },
    fc.record({ kind: fc.constantFrom('acknowledge', 'fail'), which: fc.nat() }),
    fc.record({ kind: fc.constant('wait'), ms: fc.nat(300) }),
    fc.constant({ kind: 'hurry' } as const),
  ),
  { maxLength: 200 },
)

/** What the queue was told, kept beside it by name. */
class Ledger {
  readonly queue = create({ webhooksMax: 8, bytesMax: 120 }, ({ name }) => {
    this.expiredAges.push(this.nowMs - (this.#offeredMs.get(name) ?? this.nowMs))
  })
  readonly underWay: Attempt<Webhook>[] = []
  readonly expiredAges: number[] = []
  readonly accepted = new Set<number>()
  readonly acknowledged = new Set<number>()
  readonly #offeredMs = new Map<number, number>()
  nowMs = 0

  perform(move: Move): void {
    switch (move.kind) {
      case 'offer':
        return this.#offer(move.bytes)
      case 'take': {
        const attempt = this.queue.take(this.nowMs)
        if (attempt !== undefined) this.underWay.push(attempt)
        return
      }
      case 'acknowledge':
      case 'fail': {
        const [attempt] = this.underWay.splice(move.which % Math.max(1, this.underWay.length), 1)
        if (attempt !== undefined) this.#settle(move.kind, attempt)
        return
      }
      case 'wait':
        this.nowMs += move.ms
        return
      case 'hurry':
        return this.queue.hurry(this.nowMs)
    }
  }

  /** Takes and acknowledges whatever still waits. Names what was given up. */
  drain(): readonly number[] {
    for (const attempt of this.underWay.splice(0)) this.#settle('acknowledge', attempt)
    while (this.queue.nextMs !== undefined) {
      this.nowMs = Math.max(this.nowMs, this.queue.nextMs)
      const attempt = this.queue.take(this.nowMs)
      if (attempt !== undefined) this.#settle('acknowledge', attempt)
    }
    return [...this.accepted].filter((name) => !this.acknowledged.has(name))
  }

  #offer(bytes: number): void {
    const name = this.#offeredMs.size
    this.#offeredMs.set(name, this.nowMs)
    if (this.queue.offer(webhook(name, bytes), this.nowMs)) this.accepted.add(name)
  }

  #settle(kind: 'acknowledge' | 'fail', attempt: Attempt<Webhook>): void {
    if (kind === 'fail') return this.queue.fail(attempt, this.nowMs)
    expect(this.acknowledged.has(attempt.webhook.name)).toBe(false)
    this.acknowledged.add(attempt.webhook.name)
    this.queue.acknowledge(attempt)
  }
}

describe('whatever happens', () => {
  it('every webhook offered is in exactly one place', () => {
    fc.assert(
      fc.property(moves, (all) => {
        const ledger = new Ledger()
        for (const move of all) {
          ledger.perform(move)
          const { counts } = ledger.queue
          const { acknowledged, expired, offered, overflowed, underWay, waiting } = counts
          expect(overflowed + acknowledged + expired + waiting + underWay).toBe(offered)
          expect(offered - overflowed).toBe(ledger.accepted.size)
          expect(underWay).toBe(ledger.underWay.length)
          expect(waiting + underWay).toBeLessThanOrEqual(8)
        }
      }),
    )
  })

  it('nothing that was accepted is lost before its time, and nothing is acknowledged twice', () => {
    fc.assert(
      fc.property(moves, (all) => {
        const ledger = new Ledger()
        for (const move of all) ledger.perform(move)
        const lost = ledger.drain()
        expect(lost).toHaveLength(ledger.expiredAges.length)
        for (const age of ledger.expiredAges) expect(age).toBeGreaterThan(retry.keepMs)
      }),
    )
  })
})

describe('retry schedules', () => {
  it.each(Object.values(retrySchedules))('never wait longer than they keep', (schedule) => {
    const delays = Array.from({ length: 60 }, (_, index) => delayAfterMs(schedule, index + 1))
    expect(delays).toEqual(delays.toSorted((a, b) => a - b))
    expect(Math.max(...delays)).toBe(schedule.delayMsMax)
    expect(schedule.delayMsMax).toBeLessThan(schedule.keepMs)
  })

  it('are compressed in every wait alike', () => {
    const schedule = retrySchedules['cloud-api']
    const fast = compressed(schedule, 60)
    for (const attempts of [1, 5, 40]) {
      expect(delayAfterMs(fast, attempts) * 60).toBeCloseTo(delayAfterMs(schedule, attempts))
    }
  })
})
