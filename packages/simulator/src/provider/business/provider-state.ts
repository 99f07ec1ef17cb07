import { type AnswerTimesSummary } from '../delivery/answer-times.ts'
import { type LineState } from '../delivery/line.ts'
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
  readonly answers: AnswerTimesSummary
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

export function describeProvider(provider: Provider): ProviderState {
  const { agenda, answerTimes, elsewhereCount, fault, numbers, subscription } = provider
  return {
    app: {
      id: subscription.id,
      callbackUrl: subscription.callbackUrl ?? null,
      fields: [...subscription.fields],
    },
    fault: fault ?? null,
    answers: answerTimes.summary(),
    upcoming: agenda.size,
    elsewhere: elsewhereCount,
    accounts: describeAccounts(provider),
    numbers: [...numbers.values()].map((business) => describeBusiness(provider, business)),
  }
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
