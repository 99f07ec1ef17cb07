// Goal: what is judged of a rebuild follows from the facts alone. Method: random facts of a few
// messages, spread over several expiries and raw partitions, once in the order of their receipt
// and once with the partitions read at any speeds; rows and reported times must be equal. Where
// state lives on, nothing is reported twice.
import { beforeAll, describe, expect, it } from '@jest/globals'
import {
  type MessageEvent,
  type MessageTimeline,
  type StatusTransition,
} from '@wabastream/contracts'
import { timelineKey } from '@wabastream/domain'
import {
  type AvroCodec,
  createAvroCodec,
  createInMemorySchemaStore,
} from '@wabastream/schema-registry'
import { arbitraryMessageEvent, TopologyDriver } from '@wabastream/testing'
import fc from 'fast-check'
import { joinRows } from './timeline-rows.fixture.ts'
import { createTimelineSerde } from './timeline-serde.ts'
import { createTimelineStep } from './timeline-step.ts'

const DAY_MS = 86_400_000
const EXPIRY_MS = 45 * DAY_MS
/** Times of one rung are equal, or further apart than the expiry: closer ones are reported once. */
const PROVIDER_GRID_MS = 46 * DAY_MS
const BEGAN_MS = Date.UTC(2026, 0, 1)
const SOURCES = 3

let codec: AvroCodec
beforeAll(async () => {
  codec = createAvroCodec({ store: createInMemorySchemaStore() })
  await codec.register()
})

const MESSAGES = ['A', 'B', 'C', 'D']

interface OrderedFact {
  /** Index of the message. */
  readonly index: number
  readonly happened: number
  readonly delayMs: number
}

/** A fact of one of the messages, appended to a raw partition at the time that `timesOf` says. */
const factAt = (
  delayMsMax: number,
  timesOf: (fact: OrderedFact) => { readonly providerTime: number; readonly receivedAt: number },
) =>
  fc.nat(MESSAGES.length - 1).chain((index) =>
    fc
      .record({
        event: arbitraryMessageEvent(MESSAGES[index] ?? ''),
        happened: fc.nat(3),
        delayMs: fc.oneof(fc.nat(10_000), fc.nat(delayMsMax)),
        rawPartition: fc.nat(SOURCES - 1),
      })
      .map(({ event, rawPartition, ...rest }) =>
        withEnvelope(event, {
          ...event.data.envelope,
          ...timesOf({ ...rest, index }),
          rawPartition,
        }),
      ),
  )

const anywhere = factAt(60 * DAY_MS, ({ happened, delayMs }) => {
  const providerTime = BEGAN_MS + happened * PROVIDER_GRID_MS
  return { providerTime, receivedAt: providerTime + delayMs }
})

/** Each message stays within one expiry; the messages are far apart. */
const withinExpiry = factAt(EXPIRY_MS, ({ index, delayMs }) => {
  const providerTime = BEGAN_MS + index * PROVIDER_GRID_MS
  return { providerTime, receivedAt: providerTime + delayMs }
})

/** Far apart by the provider's clock, and received so closely that the state lives on. */
const withinOneLife = factAt(EXPIRY_MS, ({ happened, delayMs }) => ({
  providerTime: BEGAN_MS + happened * PROVIDER_GRID_MS,
  receivedAt: BEGAN_MS + 3 * PROVIDER_GRID_MS + delayMs,
}))

function withEnvelope(
  event: MessageEvent,
  envelope: MessageEvent['data']['envelope'],
): MessageEvent {
  const moved = structuredClone(event)
  Object.assign(moved.data, { envelope })
  // A history's word for a rung is not reported, and so silences a later status.
  if (moved.type === 'MessageEchoed') Object.assign(moved.data, { historicalStatus: null })
  return moved
}

const receivedAtOf = ({ data }: MessageEvent) => data.envelope.receivedAt
const some = (fact: fc.Arbitrary<MessageEvent>) => fc.array(fact, { minLength: 1, maxLength: 30 })
const sceneOf = (facts: fc.Arbitrary<readonly MessageEvent[]>) =>
  fc.record({
    facts,
    /** Which raw partition is read next, over and over. */
    turns: fc.array(fc.nat(SOURCES - 1), { minLength: 60, maxLength: 60 }),
    batchRecordsMax: fc.integer({ min: 1, max: 8 }),
    sweepSizeMax: fc.constantFrom(0, 1, 50),
  })

/** Interleaves the raw partitions, each in its own order. */
function interleave(facts: readonly MessageEvent[], turns: readonly number[]): MessageEvent[] {
  const inOrder = facts.toSorted((left, right) => receivedAtOf(left) - receivedAtOf(right))
  const waiting = Array.from({ length: SOURCES }, (_, source) =>
    inOrder.filter(({ data }) => data.envelope.rawPartition === source),
  )
  const turn = turns.flatMap((source) => waiting[source]?.shift() ?? [])
  return [...turn, ...waiting.flat()]
}

async function process(
  events: readonly MessageEvent[],
  {
    batchRecordsMax,
    sweepSizeMax,
  }: {
    readonly batchRecordsMax: number
    readonly sweepSizeMax: number
  },
) {
  const driver = new TopologyDriver({
    serde: createTimelineSerde(codec),
    processor: createTimelineStep({ codec, transitionsTopic: 'transitions', expiryMs: EXPIRY_MS }),
    inputTopic: 'events',
    changelogTopic: 'timelines',
    limits: { sourceCount: SOURCES, sweepSizeMax, expiryMs: EXPIRY_MS },
  })
  const records = events.map(({ type, data }) => ({ key: 'k', value: codec.encode(type, data) }))
  await driver.pipe(records, batchRecordsMax)
  const read = <T>(topic: string, pick: (record: ReturnType<AvroCodec['decode']>) => T[]) =>
    driver.records(topic).flatMap(({ value }) => (value === null ? [] : pick(codec.decode(value))))
  expect(driver.observed.failures).toEqual([])
  return {
    timelines: read('timelines', (one) => (one.type === 'MessageTimeline' ? [one.data] : [])),
    transitions: read('transitions', (one) => (one.type === 'StatusTransition' ? [one.data] : [])),
  }
}

/** The table joins the rows of one message once they have one anchor, which is the sink's part. */
function toRows(timelines: readonly MessageTimeline[]) {
  return Object.fromEntries(
    [...Map.groupBy(timelines, timelineKey)].map(([key, same]) => [key, joinRows(same)]),
  )
}

function toTexts(transitions: readonly StatusTransition[]): readonly string[] {
  return transitions
    .filter(({ kind }) => kind !== 'conflicted')
    .map((one) => `${timelineKey(one)} ${one.rung} ${one.at}`)
    .toSorted()
}

function judge({ timelines, transitions }: Awaited<ReturnType<typeof process>>) {
  return { rows: toRows(timelines), reported: new Set(toTexts(transitions)) }
}

const LIVE = { batchRecordsMax: 1, sweepSizeMax: 50 }

/**
 * Verifies each scene with the results of the facts in the order of their receipt and in another
 * order.
 */
async function check(
  facts: fc.Arbitrary<readonly MessageEvent[]>,
  verify: (rebuilt: Awaited<ReturnType<typeof process>>, live: typeof rebuilt) => void,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(sceneOf(facts), async ({ facts: given, turns, ...limits }) => {
      const inOrder = given.toSorted((left, right) => receivedAtOf(left) - receivedAtOf(right))
      verify(await process(interleave(given, turns), limits), await process(inOrder, LIVE))
    }),
    { numRuns: 300 },
  )
}

describe('facts of messages, over several raw partitions that are read at any speed,', () => {
  it('give the same rows and report the same, however far apart they are', async () => {
    await check(some(anywhere), (rebuilt, live) => {
      expect(judge(rebuilt)).toEqual(judge(live))
    })
  })

  it('report nothing twice where each message keeps within the expiry', async () => {
    await check(some(withinExpiry), ({ timelines, transitions }, live) => {
      expect(toTexts(transitions)).toEqual(toTexts(live.transitions))
      const last = new Map(timelines.map((one) => [timelineKey(one), one]))
      expect(toRows([...last.values()])).toEqual(toRows(live.timelines))
    })
  })

  it('report each time of a rung once where the state lives on, however far apart', async () => {
    const repeated = some(withinOneLife).map((facts) => [...facts, ...facts])
    await check(repeated, ({ transitions }, live) => {
      const reported = toTexts(transitions)
      expect(reported).toEqual([...new Set(reported)])
      expect(reported).toEqual(toTexts(live.transitions))
    })
  })
})
