import { type DeliveryCounts } from '../delivery/delivery-tally.ts'
import { type LineState } from '../delivery/line.ts'
import { type QueueCounts } from '../queue/delivery-queue.ts'
import { type BusinessNumber, type ReadMark } from './business-number.ts'
import { type Fault } from './faults.ts'
import { type ProviderKind } from '../options/provider-options.ts'
import { type Provider } from './provider.ts'

/** What `GET /simulator/state` answers. No key is part of it. */
export interface ProviderState {
  readonly app: {
    readonly id: string
    readonly callbackUrl: string | null
    readonly fields: readonly string[]
  }
  readonly fault: Fault | null
  readonly deliveries: DeliveryCounts
  /** Things that will happen to messages that were sent. */
  readonly upcoming: number
  /** Callers who followed a redirect. */
  readonly elsewhere: number
  readonly accounts: readonly AccountState[]
  readonly numbers: readonly NumberState[]
}

interface AccountState {
  readonly accountId: string
  readonly isSubscribed: boolean
  readonly overrideUrl: string | null
  /** Of webhooks that always go to the app. */
  readonly queue: LineState
}

export interface NumberState {
  readonly numberId: string
  readonly provider: ProviderKind
  readonly accountId: string
  /** Set for the number itself. */
  readonly webhookUrl: string | null
  /** Where webhooks really go; null: nowhere, and they wait. */
  readonly effectiveUrl: string | null
  readonly fault: Fault | null
  readonly queue: LineState
  readonly sentCount: number
  readonly receivedCount: number
  /** Ids of the newest, as `read`. */
  readonly sent: readonly string[]
  readonly received: readonly string[]
  readonly read: readonly ReadMark[]
}

/** With ids of at most that many messages of each number, the newest. */
export function describeProvider(provider: Provider, messagesMax = Infinity): ProviderState {
  const { agenda, elsewhereCount, fault, numbers, subscription, tally } = provider
  return {
    app: {
      id: subscription.id,
      callbackUrl: subscription.callbackUrl ?? null,
      fields: [...subscription.fields],
    },
    fault: fault ?? null,
    deliveries: tally.counts,
    upcoming: agenda.size,
    elsewhere: elsewhereCount,
    accounts: describeAccounts(provider),
    numbers: [...numbers.values()]
      .map((business) => describeBusiness(provider, business))
      .map((state) => ({
        ...state,
        sent: newest(state.sent, messagesMax),
        received: newest(state.received, messagesMax),
        read: newest(state.read, messagesMax),
      })),
  }
}

function newest<T>(entries: readonly T[], max: number): readonly T[] {
  return max >= entries.length ? entries : entries.slice(-max)
}

function describeAccounts(provider: Provider): readonly AccountState[] {
  const ids = new Set([...provider.numbers.values()].map(({ number }) => number.accountId))
  return [...ids].flatMap((accountId) => {
    const account = provider.subscription.account(accountId)
    const line = provider.accountLine(accountId)
    if (account === undefined || line === undefined) return []
    const { isSubscribed, overrideUrl } = account
    return [{ accountId, isSubscribed, overrideUrl: overrideUrl ?? null, queue: line.state }]
  })
}

export function describeBusiness(provider: Provider, business: BusinessNumber): NumberState {
  const { fault, line, messages, number, receivedCount, sentCount, webhookUrl } = business
  return {
    numberId: number.numberId,
    provider: number.provider,
    accountId: number.accountId,
    webhookUrl: webhookUrl ?? null,
    effectiveUrl: provider.effectiveUrl(business) ?? null,
    fault: fault ?? null,
    queue: line.state,
    sentCount,
    receivedCount,
    ...messages,
  }
}

/** What became of everything so far, without a name of anything. */
export interface ProviderTotals extends QueueCounts {
  readonly deliveries: DeliveryCounts
  /** Things that will still happen. */
  readonly upcoming: number
}

export function totalsOf({ agenda, lines, tally }: Provider): ProviderTotals {
  const all = lines.map(({ counts }) => counts)
  const sum = (field: keyof QueueCounts): number =>
    all.reduce((total, counts) => total + counts[field], 0)
  return {
    offered: sum('offered'),
    overflowed: sum('overflowed'),
    acknowledged: sum('acknowledged'),
    expired: sum('expired'),
    retries: sum('retries'),
    waiting: sum('waiting'),
    underWay: sum('underWay'),
    deliveries: tally.counts,
    upcoming: agenda.size,
  }
}
