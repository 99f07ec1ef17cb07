import { createCustomers, type Customer } from './customers.ts'
import { type TrafficOptions } from './options.ts'
import { createRandom, type Random } from './random.ts'
import { type Scene } from './scenario.ts'
import { sharesOf, tellStory } from './stories.ts'
import {
  type Delivery,
  type Parcel,
  type SimulatedChannel,
  type SimulatedNumber,
  type TrafficKind,
} from './traffic.ts'

/** Stories without a fact (all beyond the span) before giving up. */
const EMPTY_STORIES_MAX = 10_000

/** A number, and what can be reported about it. */
interface Place {
  readonly channel: SimulatedChannel
  readonly number: SimulatedNumber
  readonly shares: Readonly<Record<TrafficKind, number>>
}

function placesOf(options: TrafficOptions): readonly Place[] {
  const places = options.channels.flatMap((channel) => {
    const shares = sharesOf(channel, options.shares)
    return channel.numbers.map((number) => ({ channel, number, shares }))
  })
  return places.filter(({ shares }) => Object.values(shares).some((share) => share > 0))
}

function createScene(
  options: TrafficOptions,
  cast: { readonly places: readonly Place[]; readonly customers: readonly Customer[] },
  random: Random,
): Scene {
  const { places, customers } = cast
  const { channel, number, shares } = random.pick(places)
  const kind = random.weighted(shares)
  const members = Array.from({ length: random.int(3, 9) }, () => random.pick(customers))
  return {
    kind,
    random,
    channel,
    number,
    customer: random.pick(customers),
    customers: kind === 'group' ? [...new Set(members)] : [],
    startMs: options.startMs + random.int(0, options.spanMs),
  }
}

function tellStories(options: TrafficOptions, parcelsMin: number): Parcel[] {
  const root = createRandom(options.seed)
  const customers = createCustomers(root.fork('customers'), options.customersMax)
  const cast = { places: placesOf(options), customers }
  const parcels: Parcel[] = []
  let empty = 0
  for (let index = 0; parcels.length < parcelsMin; index += 1) {
    const scene = createScene(options, cast, root.fork(`story ${index}`))
    const parcelsOfStory = tellStory(scene).filter(
      ({ atMs }) => atMs <= options.startMs + options.spanMs,
    )
    parcels.push(...parcelsOfStory)
    empty = parcelsOfStory.length === 0 ? empty + 1 : 0
    if (empty > EMPTY_STORIES_MAX) throw new RangeError('the span is too short for any fact')
  }
  return parcels.sort((a, b) => a.atMs - b.atMs)
}

/** How many parcels each webhook holds: usually one, sometimes a few, rarely very many. */
function drawSizes(options: TrafficOptions): number[] {
  const random = createRandom(`${options.seed}/sizes`)
  const max = Math.max(1, options.batchParcelsMax)
  return Array.from({ length: options.count }, () => {
    if (!random.chance(options.batchedShare)) return 1
    const size = random.weighted({ few: 70, some: 25, many: 5 })
    switch (size) {
      case 'few':
        return Math.min(max, random.int(2, 5))
      case 'some':
        return Math.min(max, random.int(6, 30))
      case 'many':
        return random.int(Math.min(31, max), max)
    }
  })
}

/** Packs parcels of one channel together, in the order in which they are ready. */
function pack(parcels: readonly Parcel[], sizes: readonly number[]): Delivery[] {
  const queues = new Map<string, Parcel[]>()
  for (const parcel of parcels) {
    const queue = queues.get(parcel.channel)
    if (queue === undefined) queues.set(parcel.channel, [parcel])
    else queue.push(parcel)
  }
  const heads = new Map([...queues.keys()].map((channel) => [channel, 0]))
  const deliveries: Delivery[] = []
  for (const size of sizes) {
    let first: Parcel | undefined
    for (const [channel, queue] of queues) {
      const parcel = queue[heads.get(channel) ?? 0]
      if (parcel !== undefined && (first === undefined || parcel.atMs < first.atMs)) first = parcel
    }
    if (first === undefined) break
    const head = heads.get(first.channel) ?? 0
    const taken = (queues.get(first.channel) ?? []).slice(head, head + size)
    heads.set(first.channel, head + taken.length)
    const readyMs = taken.at(-1)?.atMs ?? first.atMs
    deliveries.push({
      channel: first.channel,
      readyMs,
      dueMs: readyMs,
      occurrences: taken.flatMap(({ occurrences }) => occurrences),
    })
  }
  return deliveries
}

/** Exactly `count` requests, in the order in which a prompt provider would make them. */
export function planDeliveries(options: TrafficOptions): readonly Delivery[] {
  const sizes = drawSizes(options)
  const parcelsMin = sizes.reduce((sum, size) => sum + size, 0)
  return pack(tellStories(options, parcelsMin), sizes).sort((a, b) => a.dueMs - b.dueMs)
}
