import { afterEach, describe, expect, it } from '@jest/globals'
import { type Destination } from '@wabastream/forwarding'
import { type BatchConsumerOptions, type KafkaAdmin } from '@wabastream/kafka'
import { type BatchConsumer, type CommittedPosition } from '@wabastream/processing'
import { createLogger } from '@wabastream/service-host'
import { eventually, toKafkaRecord } from '@wabastream/testing'
import { Registry } from 'prom-client'
import { DestinationReader } from './destination-reader.ts'
import { createForwarderMetrics } from './forwarder-metrics.ts'

const topic = 'raw'
const partition = 0
const place = { topic, partition }
const running: DestinationReader[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()))
})

const destination: Destination = {
  name: 'shop',
  url: new URL('http://localhost/'),
  channels: null,
  numbers: null,
  fields: null,
  from: 'beginning',
  order: 'none',
  parallel: 4,
  timeoutMs: 1_000,
  ratePerSecond: null,
  refusedAfter: 5,
  failedAfter: 5,
  headers: [],
  signingKey: null,
  tls: { certificate: null, key: null, authorities: null },
  allow: new Set(),
}

/** A reader whose group and destination do what the test says. */
async function startScene({ isAway = false } = {}) {
  let handlers: BatchConsumerOptions['handlers'] | undefined
  let positions: Promise<readonly CommittedPosition[]> = Promise.resolve([])
  const commits: CommittedPosition[] = []
  const paused: boolean[] = []
  const consumer: BatchConsumer = {
    start: async () => {},
    commit: async (given) => void commits.push(...given),
    pause: () => void paused.push(true),
    resume: () => void paused.push(false),
    reassign: () => {},
    halt: () => {},
    haltReasons: () => [],
    progress: () => [],
    close: async () => {},
  }
  const reader = new DestinationReader({
    destination,
    topic,
    kafka: {
      batchConsumer(options) {
        handlers = options.handlers
        return consumer
      },
      admin: {
        committedPositions: () => positions,
        startOffsets: async () => new Map([[partition, 0]]),
      } as unknown as KafkaAdmin,
    },
    poster: {
      post: isAway
        ? async () => ({ kind: 'unreachable', cause: 'connection' })
        : async () => ({ kind: 'acknowledged', status: 200 }),
      close: async () => {},
    },
    limits: {
      sessionTimeoutMs: 6_000,
      batchBytesMax: 1_000,
      commitIntervalMs: 50,
      livenessTimeoutMs: 60_000,
    },
    control: () => ({ starts: new Map(), pauses: new Map(), replays: new Map() }),
    begin: async () => ({ from: 'beginning', atMs: Date.now(), offsets: new Map() }),
    giveUp: async () => {},
    metrics: createForwarderMetrics(new Registry(), () => []),
    logger: createLogger({ service: 'forwarder', level: 'silent' }),
    fail: (error) => {
      throw error
    },
  })
  running.push(reader)
  await reader.start()
  return {
    reader,
    commits,
    paused,
    committed(given: Promise<readonly CommittedPosition[]>) {
      positions = given
    },
    take: async (isStale = () => false) =>
      handlers?.onAssigned?.(place, {
        isStale,
        heartbeat: async () => {},
        signal: new AbortController().signal,
      }),
    giveBack: async () => handlers?.onRevoked?.(place),
    offer: async (offset: number, bytes: number) =>
      handlers?.onBatch(
        {
          ...place,
          fetchedOffset: offset,
          nextOffset: offset + 1,
          endOffset: offset + 1,
          records: [toKafkaRecord(offset, { key: null, value: Buffer.alloc(bytes) })],
        },
        { isStale: () => false, heartbeat: async () => {} },
      ),
  }
}

describe('a reader whose partitions change hands', () => {
  it('reads on a partition that comes back after it was put aside', async () => {
    const { giveBack, offer, paused, take } = await startScene({ isAway: true })
    await take()
    for (let offset = 0; paused.length === 0; offset += 1) await offer(offset, 400_000)
    await giveBack()
    expect(paused).toEqual([true, false])
  })

  it('keeps one ledger of a partition that is given back while it is taken', async () => {
    const { commits, committed, giveBack, offer, take } = await startScene()
    const answer = Promise.withResolvers<readonly CommittedPosition[]>()
    committed(answer.promise)
    let isStale = false
    const taking = take(() => isStale)
    isStale = true
    await giveBack()
    answer.resolve([{ ...place, offset: 3 }])
    expect(await taking).toBeUndefined()
    expect(await take()).toEqual({ ...place, offset: 3 })
    await offer(3, 10)
    await eventually('it is committed', () => commits.at(-1)?.offset === 4)
    expect(commits.map(({ offset }) => offset).toSorted()).toEqual(
      commits.map(({ offset }) => offset),
    )
    expect(new Set(commits.map(({ offset }) => offset)).size).toBe(commits.length)
  })
})
