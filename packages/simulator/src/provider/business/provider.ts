import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { DeliveryTally } from '../delivery/delivery-tally.ts'
import { Line } from '../delivery/line.ts'
import { signatureHeaders } from '../delivery/sign.ts'
import { BusinessNumber, newKey } from './business-number.ts'
import { type Fault } from './faults.ts'
import { Agenda } from '../messages/agenda.ts'
import {
  defaultApp,
  type ProviderNumber,
  type ProviderObserver,
  type SimulatedProviderOptions,
} from '../options/provider-options.ts'
import { compressed, retrySchedules } from '../queue/retry-schedule.ts'
import { isOverridable, Subscription } from './subscription.ts'

/** Enough for an evening of a shop, and little enough to fill in a test. */
const QUEUE_MAX = 100_000
/** Bodies of 3 MB would fill the memory long before the queue. */
const QUEUE_BYTES_MAX = 256 * 1024 * 1024
const CONCURRENCY = 32
/** None of the providers publishes a figure; their limit for a slow answer is one second. */
const ANSWER_TIMEOUT_MS = 5_000

export interface KeyOptions {
  /** Of the Cloud API; the others always do. */
  readonly revokesEarlier?: boolean
}

/** Everything that the provider knows; its interfaces change it and read it. */
export class Provider {
  readonly subscription: Subscription
  readonly numbers: ReadonlyMap<string, BusinessNumber>
  readonly partner: { readonly id: string; readonly key: string }
  readonly tally = new DeliveryTally()
  readonly agenda = new Agenda()
  /** Of every API and number; a number can have one of its own. */
  fault: Fault | undefined
  /** Requests of callers who followed a redirect. */
  elsewhereCount = 0
  readonly #options: SimulatedProviderOptions
  readonly #agents: { readonly http: HttpAgent; readonly https: HttpsAgent }
  readonly #accountLines = new Map<string, Line>()

  constructor(options: SimulatedProviderOptions) {
    this.#options = options
    this.subscription = new Subscription({ ...defaultApp, ...options.app })
    this.partner = options.partner ?? { id: 'simulatedPA', key: newKey() }
    const pool = { keepAlive: true, scheduling: 'lifo' } as const
    const rejectUnauthorized = options.insecure !== true
    this.#agents = {
      http: new HttpAgent(pool),
      https: new HttpsAgent({ ...pool, rejectUnauthorized }),
    }
    this.numbers = new Map(
      options.numbers.map((number) => [number.numberId, this.#createNumber(number)]),
    )
  }

  get lines(): readonly Line[] {
    return [...[...this.numbers.values()].map(({ line }) => line), ...this.#accountLines.values()]
  }

  accountLine(accountId: string): Line | undefined {
    return this.#accountLines.get(accountId)
  }

  /** Where a number's webhooks go at this moment; undefined: nowhere, so they wait. */
  effectiveUrl({ number, webhookUrl }: BusinessNumber): string | undefined {
    if (number.provider !== 'cloud-api') return webhookUrl
    if (!this.subscription.isSubscribed(number.accountId)) return undefined
    return webhookUrl ?? this.subscription.accountUrl(number.accountId)
  }

  /** Has to be called after anything that decides where webhooks go. */
  routesChanged(): void {
    for (const line of this.lines) line.hurry()
  }

  /**
   * Makes a new key. 360dialog revokes the earlier ones and removes the webhook; so does a client
   * on premises that is set up again. With the Cloud API the earlier ones stay valid unless they are
   * revoked with it.
   */
  createKey(business: BusinessNumber, options: KeyOptions = {}): string {
    const key = newKey()
    if (business.number.provider === 'cloud-api') {
      if (options.revokesEarlier === true) business.keys.replaceWith(key)
      else business.keys.add(key)
    } else {
      business.keys.replaceWith(key)
      business.webhookUrl = undefined
      business.headers = {}
    }
    return key
  }

  close(): void {
    this.agenda.close()
    for (const line of this.lines) line.close()
    this.#agents.http.destroy()
    this.#agents.https.destroy()
  }

  #createNumber(number: ProviderNumber): BusinessNumber {
    const { seed = 'wabastream', timeFactor = 1 } = this.#options
    if (number.provider === 'cloud-api') this.#openAccount(number.accountId)
    const line: Line = this.#createLine(number, () => this.effectiveUrl(business))
    const accountLine = this.#accountLines.get(number.accountId)
    const business: BusinessNumber = new BusinessNumber(
      { number, seed, timeFactor, agenda: this.agenda },
      {
        own: line,
        of: (field) => (isOverridable(field) ? line : (accountLine ?? line)),
        isSubscribed: (field) =>
          number.provider !== 'cloud-api' || this.subscription.fields.has(field),
      },
    )
    return business
  }

  #openAccount(accountId: string): void {
    this.subscription.addAccount(accountId)
    if (this.#accountLines.has(accountId)) return
    const { subscription } = this
    const url = (): string | undefined =>
      subscription.isSubscribed(accountId) ? subscription.callbackUrl : undefined
    const line = this.#createLine({ provider: 'cloud-api', numberId: accountId }, url)
    this.#accountLines.set(accountId, line)
  }

  #createLine(
    { numberId, provider }: Pick<ProviderNumber, 'numberId' | 'provider'>,
    url: () => string | undefined,
  ): Line {
    const {
      answerTimeoutMs = ANSWER_TIMEOUT_MS,
      concurrency = CONCURRENCY,
      platformSecret = 'simulated-platform-secret',
      queueMax = QUEUE_MAX,
      timeFactor = 1,
    } = this.#options
    const secret = provider === '360dialog' ? platformSecret : this.subscription.secret
    return new Line({
      limits: {
        webhooksMax: queueMax,
        bytesMax: QUEUE_BYTES_MAX,
        retry: compressed(retrySchedules[provider], timeFactor),
      },
      concurrency,
      answerTimeoutMs,
      url,
      headers: (body) => ({
        ...this.numbers.get(numberId)?.headers,
        ...signatureHeaders(provider, secret, body),
      }),
      agentFor: ({ protocol }) => (protocol === 'https:' ? this.#agents.https : this.#agents.http),
      observer: this.#observer(),
    })
  }

  #observer(): ProviderObserver {
    const { observer } = this.#options
    return {
      onAttempt: (outcome) => {
        this.tally.add(outcome)
        observer?.onAttempt?.(outcome)
      },
      onOverflow: (webhook) => observer?.onOverflow?.(webhook),
      onExpired: (webhook) => observer?.onExpired?.(webhook),
    }
  }
}
