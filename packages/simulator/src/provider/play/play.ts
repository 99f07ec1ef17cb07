import { compressParcel } from '../../traffic/compress-parcel.ts'
import { createCustomers, type Customer } from '../../traffic/customers.ts'
import { defaultShares } from '../../traffic/options.ts'
import { createRandom, type Random } from '../../traffic/random.ts'
import { sharesOf, tellStory } from '../../traffic/stories.ts'
import { type Occurrence, type TrafficKind } from '../../traffic/traffic.ts'
import { type BusinessNumber } from '../business/business-number.ts'
import { type Provider } from '../business/provider.ts'
import { sceneOf } from '../messages/scene-of.ts'
import { Chaos } from './chaos.ts'
import { type Profile } from './profiles.ts'

const TICK_MS = 10
/** What may be made up in one go after a pause, so that the loop stays free for answers. */
const BURST_MAX = 200
const GROUP_MIN = 3
const GROUP_MAX = 9
/** Share of the customers whose webhooks have no phone number, with chaos. */
const HIDDEN_SHARE = 0.3

export interface PlayOptions {
  readonly profile: Profile
  /** Duplicates, delays, another order, large batches and bodies, people without a number. */
  readonly isChaotic?: boolean
  /** Ends after that many messages. */
  readonly messagesMax?: number
  /** Ends after that time. */
  readonly durationMs?: number
}

/** Traffic under way, as a business and its customers cause it. */
export interface Play {
  /** Messages, events and calls that have begun. */
  readonly begun: number
  /** Resolves when nothing more begins; what has begun goes on. */
  readonly finished: Promise<void>
  stop(): void
}

interface Cast {
  readonly numbers: readonly BusinessNumber[]
  readonly customers: readonly Customer[]
  readonly random: Random
}

/** Lets stories begin at an even pace until it ends; nothing begins without a number. */
export function startPlay(
  provider: Provider,
  options: PlayOptions,
  { seed, timeFactor }: { readonly seed: string; readonly timeFactor: number },
): Play {
  const { durationMs = Infinity, messagesMax = Infinity, profile } = options
  const random = createRandom(`${seed}/play/${Date.now()}`)
  const cast = createCast(provider, options, random)
  const { agenda } = provider
  const chaos = new Chaos({ random: random.fork('chaos'), agenda, timeFactor })
  const offer = (business: BusinessNumber, occurrences: readonly Occurrence[]): void => {
    if (options.isChaotic === true) chaos.offer(business, occurrences)
    else business.offer(occurrences)
  }
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>()
  const startedMs = performance.now()
  let begun = 0
  const stop = (): void => {
    clearInterval(timer)
    finish()
  }
  const timer = setInterval(() => {
    const elapsedMs = performance.now() - startedMs
    const wanted = Math.min(
      messagesMax,
      Math.ceil((Math.min(elapsedMs, durationMs) * profile.messagesPerSecond) / 1_000),
    )
    for (let burst = 0; burst < BURST_MAX && begun < wanted; burst += 1) {
      begin(cast, `story ${begun}`, (story) => {
        const { atMs, occurrences } = compressParcel(story.parcel, { ...story, timeFactor })
        agenda.at(atMs, () => offer(story.business, occurrences))
      })
      begun += 1
    }
    if (begun >= messagesMax || (elapsedMs >= durationMs && begun >= wanted)) stop()
  }, TICK_MS)
  return {
    finished,
    stop,
    get begun() {
      return begun
    },
  }
}

function createCast(provider: Provider, options: PlayOptions, random: Random): Cast {
  const numbers = [...provider.numbers.values()]
  if (numbers.length === 0) throw new RangeError('there is no number')
  const customers = createCustomers(random.fork('customers'), options.profile.customers)
  if (options.isChaotic !== true) return { numbers, customers, random }
  const hiding = random.fork('hiding')
  return {
    numbers,
    random,
    customers: customers.map((customer) =>
      hiding.chance(HIDDEN_SHARE)
        ? { ...customer, userId: customer.userId ?? `US.${hiding.digits(16)}`, hidesPhone: true }
        : customer,
    ),
  }
}

interface Story {
  readonly business: BusinessNumber
  readonly startMs: number
  readonly parcel: ReturnType<typeof tellStory>[number]
}

function begin(cast: Cast, label: string, happens: (story: Story) => void): void {
  const random = cast.random.fork(label)
  const business = random.pick(cast.numbers)
  const kind: TrafficKind = random.weighted(sharesOf(business.channel, defaultShares))
  const startMs = Date.now()
  const members = Array.from({ length: random.int(GROUP_MIN, GROUP_MAX) }, () =>
    random.pick(cast.customers),
  )
  const scene = sceneOf(business.channel, {
    kind,
    random,
    startMs,
    customer: random.pick(cast.customers),
    customers: kind === 'group' ? [...new Set(members)] : [],
  })
  for (const parcel of tellStory(scene)) happens({ business, startMs, parcel })
}
