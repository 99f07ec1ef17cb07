import {
  answerLimits,
  type ProviderState,
  type ProviderTotals,
  type UpdateKind,
} from '@wabastream/simulator'

/** How a simulation went. */
interface Course {
  /** Messages, events and calls that began. */
  readonly messages: number
  /** In which they began. */
  readonly seconds: number
  /** After that, until everything was acknowledged or nobody waited any longer. */
  readonly drainSeconds: number
}

export interface SimulationReport extends Course {
  readonly webhooks: {
    readonly offered: number
    readonly acknowledged: number
    readonly retries: number
    readonly overflowed: number
    readonly expired: number
    /** In queues at the end. */
    readonly left: number
  }
  readonly updatesAcknowledged: Readonly<Record<UpdateKind, number>>
  readonly bytesAcknowledged: number
  readonly largestBytes: number
  /** Most acknowledgements within one second. */
  readonly busiestSecond: number
  /** What had not happened yet at the end. */
  readonly upcoming: number
  /** Answers by status; 0: none in time. */
  readonly statuses: Readonly<Record<string, number>>
  readonly answers: {
    readonly medianMs: number
    readonly p99Ms: number
    readonly maxMs: number
    readonly slowShare: number
    /** As the providers ask for it; null when nothing was acknowledged. */
    readonly isWithinLimits: boolean | null
  }
  readonly numbers: readonly NumberReport[]
}

interface NumberReport {
  readonly numberId: string
  readonly provider: string
  readonly offered: number
  readonly acknowledged: number
  readonly overflowed: number
  readonly expired: number
  readonly left: number
  /** Names of updates that were lost; at most 10 000. */
  readonly lostUpdates: readonly string[]
}

export function toReport(
  course: Course,
  totals: ProviderTotals,
  state: ProviderState,
): SimulationReport {
  const { deliveries } = totals
  const { count, maxMs, medianMs, p99Ms, slowShare } = deliveries.answers
  const isWithinLimits =
    count === 0 ? null : medianMs <= answerLimits.medianMs && slowShare < answerLimits.slowShare
  return {
    ...course,
    webhooks: {
      offered: totals.offered,
      acknowledged: totals.acknowledged,
      retries: totals.retries,
      overflowed: totals.overflowed,
      expired: totals.expired,
      left: totals.waiting + totals.underWay,
    },
    updatesAcknowledged: deliveries.acknowledged.updates,
    bytesAcknowledged: deliveries.acknowledged.bytes,
    largestBytes: deliveries.largestBytes,
    busiestSecond: deliveries.busiestSecond,
    upcoming: totals.upcoming,
    statuses: deliveries.statuses,
    answers: { medianMs, p99Ms, maxMs, slowShare, isWithinLimits },
    numbers: queuesOf(state),
  }
}

/** Of each number, and of each account for what always goes to the app. */
function queuesOf({ accounts, numbers }: ProviderState): readonly NumberReport[] {
  return [
    ...numbers.map(({ numberId, provider, queue }) => ({ id: numberId, provider, queue })),
    ...accounts.map(({ accountId, queue }) => ({ id: accountId, provider: 'account', queue })),
  ].map(({ id, provider, queue }) => ({
    numberId: id,
    provider,
    offered: queue.offered,
    acknowledged: queue.acknowledged,
    overflowed: queue.overflowed,
    expired: queue.expired,
    left: queue.waiting + queue.underWay,
    lostUpdates: [...queue.overflowedUpdates, ...queue.expiredUpdates],
  }))
}

/** Nothing was lost, and nothing waits for an answer. */
export function isAllAcknowledged({ webhooks }: SimulationReport): boolean {
  return webhooks.acknowledged === webhooks.offered
}
