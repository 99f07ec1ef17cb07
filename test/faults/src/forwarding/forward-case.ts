import { randomBytes } from 'node:crypto'
import { basename } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { topicNames } from '@wabastream/contracts'
import { eventually } from '@wabastream/testing'
import { Faults } from '../harness/faults.ts'
import { type Counts, type FaultResult, writeFaultResult } from '../harness/fault-result.ts'
import { Load } from '../harness/load.ts'
import { readMetric } from '../harness/spool-folder.ts'
import { type ForwardStack, startForwardStack } from './forward-stack.ts'
import { isSettled, type JudgedDestination, judgeForwarding } from './judge-forwarding.ts'
import { RawFeed } from './raw-feed.ts'
import { WebhookReceiver } from './webhook-receiver.ts'

const START_STOP_MS = 120_000
const SETTLE_MS = 90_000
const SHOWN_MAX = 10
const UNJUDGED: Counts = { events: null, lost: null, doubled: null, differing: null }

export interface ForwardDestination {
  /** Beyond name and address, as in the file of destinations. */
  readonly settings?: object
  readonly refuses?: (receipt: string) => boolean
  readonly isDead?: boolean
}

export interface ForwardCase {
  /** The invariant, as a fact. */
  readonly title: string
  readonly destinations: readonly ForwardDestination[]
  /** Processes; one by default. */
  readonly forwarders?: number
  readonly hasIngestor?: boolean
  /** Time limit of `play`. */
  readonly deadlineMs: number
  readonly play: (scene: ForwardScene) => Promise<void>
}

export interface ForwardScene {
  readonly stack: ForwardStack
  /** In the order of the destinations. */
  readonly receivers: readonly WebhookReceiver[]
  readonly feed: RawFeed
  /** Through the ingestor, if there is one. */
  readonly load: Load
  readonly faults: Faults
  /** Webhooks in all journals; grows while forwarding works. */
  keptCount(): Promise<number>
  /** Requests of all forwarders that run, by what came of them. */
  outcomes(outcome: string): Promise<number>
}

/**
 * Defines the one test of a case's file: forwarders run, and after `play` every destination must
 * have every webhook, byte for byte, and its group must count each once.
 */
export function forwardCase(url: string, definition: ForwardCase): void {
  const name = basename(url).replace('.fault.test.ts', '')
  const seed = process.env['WABASTREAM_SEED'] ?? randomBytes(4).toString('hex')
  describe(`${name} (WABASTREAM_SEED='${seed}')`, () => {
    it(
      definition.title,
      async () => {
        const destinations = await openDestinations(definition)
        try {
          const stack = await startForwardStack({
            forwarders: definition.forwarders ?? 1,
            hasIngestor: definition.hasIngestor ?? false,
            destinations: destinations.map(({ name: one, receiver, settings }) => ({
              allow: ['loopback'],
              from: 'beginning',
              ...settings,
              name: one,
              url: receiver.url,
            })),
          })
          try {
            await run({ name, seed, stack, destinations, definition })
          } finally {
            await stack.stop()
          }
        } finally {
          await Promise.all(destinations.map(({ receiver }) => receiver.close()))
        }
      },
      START_STOP_MS + definition.deadlineMs + SETTLE_MS,
    )
  })
}

type OpenDestination = JudgedDestination & Required<Pick<ForwardDestination, 'settings'>>

async function openDestinations(definition: ForwardCase): Promise<readonly OpenDestination[]> {
  return Promise.all(
    definition.destinations.map(async (given, index) => {
      const receiver = new WebhookReceiver()
      await receiver.open()
      const { isDead = false, refuses = () => false, settings = {} } = given
      // Its port stays its own, and refuses connections.
      if (isDead) await receiver.close()
      return { name: `destination-${index + 1}`, receiver, isDead, refuses, settings }
    }),
  )
}

interface Run {
  readonly name: string
  readonly seed: string
  readonly stack: ForwardStack
  readonly destinations: readonly OpenDestination[]
  readonly definition: ForwardCase
}

async function run({ name, seed, stack, destinations, definition }: Run): Promise<void> {
  const scene = await openScene(stack, destinations, seed)
  const { faults, feed, load } = scene
  const receivers = scene.receivers
  const common = (): Omit<FaultResult, keyof Counts> => ({
    case: name,
    seed,
    faults: faults.count,
    kills: stack.forwarders.reduce((sum, { killCount }) => sum + killCount, 0),
    recoveryMs: faults.recoveryMs,
    measured: {
      ...faults.measured,
      duplicates: receivers.reduce((sum, { duplicateCount }) => sum + duplicateCount, 0),
    },
  })
  try {
    await writeFaultResult({ ...common(), ...UNJUDGED })
    const signal = AbortSignal.timeout(definition.deadlineMs)
    await Promise.race([definition.play(scene), whenAborted(signal, definition.deadlineMs)])
    await untilSettled(stack, destinations)
    const digests = new Map([...feed.digests, ...load.digests])
    const { lost, doubled, differing } = await judgeForwarding(stack, destinations, digests)
    await writeFaultResult({
      ...common(),
      events: digests.size * destinations.filter(({ isDead }) => !isDead).length,
      lost: lost.length,
      doubled: doubled.length,
      differing: differing.length,
    })
    const first = (found: readonly string[]): readonly string[] => found.slice(0, SHOWN_MAX)
    expect({ lost: first(lost), doubled: first(doubled), differing: first(differing) }).toEqual({
      lost: [],
      doubled: [],
      differing: [],
    })
    expect(digests.size).toBeGreaterThan(0)
    // A case that had no effect shows nothing.
    expect(faults.count).toBeGreaterThan(0)
  } finally {
    load.abort()
    await feed.close()
  }
}

async function openScene(
  stack: ForwardStack,
  destinations: readonly OpenDestination[],
  seed: string,
): Promise<ForwardScene> {
  const { raw } = topicNames(1)
  const partitions = (await stack.kafka.admin.partitionCounts([raw])).get(raw) ?? 1
  const load = new Load(stack.webhookUrls, seed)
  const receivers = destinations.map(({ receiver }) => receiver)
  return {
    stack,
    receivers,
    load,
    feed: new RawFeed(stack.kafka, { seed, partitions }),
    faults: new Faults(stack, load),
    keptCount: async () => receivers.reduce((sum, { keptCount }) => sum + keptCount, 0),
    async outcomes(outcome) {
      const running = stack.forwarders.filter(({ isRunning }) => isRunning)
      const texts = await Promise.all(running.map((one) => one.metrics()))
      const series = `wa_forwarder_requests_total\\{[^}]*outcome="${outcome}"[^}]*\\}`
      return texts.reduce((sum, text) => sum + readMetric(text, series), 0)
    },
  }
}

async function untilSettled(
  stack: ForwardStack,
  destinations: readonly JudgedDestination[],
): Promise<void> {
  for (const { isDead, name } of destinations) {
    if (isDead) continue
    await eventually(`${name} is done with all`, () => isSettled(stack, name), SETTLE_MS)
  }
}

function whenAborted(signal: AbortSignal, deadlineMs: number): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  signal.addEventListener('abort', () => reject(new Error(`not done within ${deadlineMs} ms`)))
  return promise
}
