import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type BatchConsumerHandlers, createProgressWatchdog } from '@wabastream/processing'
import { eventually } from '@wabastream/testing'
import { startCollecting } from './collecting-consumer.fixture.ts'
import { recordOf, startTestKafka, type TestKafka } from '../test-kafka.ts'

// Goal: a partition whose taking, or one of whose batches, takes long does not hold up any other.
// Method: two partitions of one broker; one of them waits until the other has gone on for long.

let test: TestKafka

beforeAll(async () => {
  test = await startTestKafka()
})
afterAll(async () => {
  await test.close()
})

const [BUSY, SLOW] = [0, 1]
const ROUNDS = 5

interface Scene {
  readonly topic: string
  readonly consuming: Awaited<ReturnType<typeof startCollecting>>
  /** Sends to the busy partition, and waits until it is handed on; several times. */
  busyGoesOn(): Promise<void>
}

async function play(
  handlers: Partial<BatchConsumerHandlers>,
  rounds: (scene: Scene) => Promise<void>,
) {
  const topic = await test.topic({ partitions: 2 })
  const producer = test.kafka.chainedProducer()
  await producer.send({ topic, partition: SLOW }, [recordOf('slow')])
  await producer.send({ topic, partition: BUSY }, [recordOf('busy')])
  const consuming = await startCollecting(test.kafka, {
    groupId: test.unique('group'),
    topics: [topic],
    asideAfterMs: 50,
    handlers,
  })
  try {
    await rounds({
      topic,
      consuming,
      async busyGoesOn() {
        for (let round = 0; round < ROUNDS; round++) {
          const value = `busy ${round} ${performance.now()}`
          await producer.send({ topic, partition: BUSY }, [recordOf(value)])
          await eventually(value, () => consuming.values.includes(value))
        }
      },
    })
  } finally {
    await consuming.consumer.close()
    await producer.close()
  }
}

describe('while one partition takes long', () => {
  it('to be taken, others go on, and it follows from where it was', async () => {
    const taken = Promise.withResolvers<undefined>()
    const standstills: string[] = []
    await play(
      {
        onAssigned: ({ partition }) =>
          partition === SLOW ? taken.promise : Promise.resolve(undefined),
      },
      async ({ busyGoesOn, consuming }) => {
        const watchdog = createProgressWatchdog({
          progress: () => consuming.consumer.progress(),
          timeoutMs: 0,
          now: () => performance.now(),
        })
        await busyGoesOn()
        standstills.push(...watchdog.standstills().filter((name) => name.includes(`-${SLOW} `)))
        expect(consuming.values).not.toContain('slow')
        taken.resolve(undefined)
        await eventually('the other', () => consuming.values.includes('slow'))
        expect(consuming.values.filter((value) => value === 'slow')).toHaveLength(1)
      },
    )
    expect(standstills).toEqual([])
  })

  it('for a batch of it, others go on, and nothing of it is handed on twice', async () => {
    const done = Promise.withResolvers<void>()
    let batches = 0
    await play(
      {
        async onBatch({ partition }) {
          if (partition !== SLOW) return
          batches++
          await done.promise
        },
      },
      async ({ busyGoesOn, consuming, topic }) => {
        await eventually('the batch', () => batches === 1)
        await busyGoesOn()
        done.resolve()
        await test.kafka.chainedProducer().send({ topic, partition: SLOW }, [recordOf('next')])
        await eventually('the next', () => consuming.values.includes('next'))
        expect(consuming.values.filter((value) => !value.startsWith('busy'))).toEqual([
          'slow',
          'next',
        ])
      },
    )
  })

  it('to be given back, others go on', async () => {
    const given = Promise.withResolvers<void>()
    const topic = await test.topic({ partitions: 2 })
    const producer = test.kafka.chainedProducer()
    for (const partition of [BUSY, SLOW]) await producer.send({ topic, partition }, [recordOf('a')])
    const groupId = test.unique('group')
    const start = () =>
      test.kafka.batchConsumer({
        groupId,
        topics: [topic],
        asideAfterMs: 50,
        fetchWaitMs: 50,
        handlers: {
          onRevoked: ({ partition }) => (partition === SLOW ? given.promise : Promise.resolve()),
          async onBatch({ partition, records }) {
            handed.push(...records.map(() => partition))
          },
          onCrash() {},
        },
      })
    const handed: number[] = []
    const first = start()
    await first.start()
    await eventually('both', () => handed.length === 2)
    const second = start()
    // The group moves on twice: all goes, and comes back when the second has left.
    await second.start()
    await second.close()
    const before = handed.length
    await producer.send({ topic, partition: BUSY }, [recordOf('b')])
    await eventually(
      'the busy one',
      () => handed.slice(before).filter((one) => one === BUSY).length > 1,
    )
    given.resolve()
    await eventually('the other', () => handed.slice(before).includes(SLOW))
    await first.close()
    await producer.close()
  }, 60_000)

  it("to be taken, and is another's then, its taking is asked to end", async () => {
    const aborted = Promise.withResolvers<undefined>()
    let takes = 0
    await play(
      {
        async onAssigned({ partition }, { isStale, signal }) {
          if (partition !== SLOW || takes++ > 0) return undefined
          signal.addEventListener('abort', () => {
            aborted.resolve(undefined)
          })
          await aborted.promise
          expect(isStale()).toBe(true)
          return undefined
        },
      },
      async ({ consuming, topic }) => {
        await eventually('the taking', () => takes === 1)
        consuming.consumer.reassign({ topic, partition: SLOW })
        await eventually('the other', () => consuming.values.includes('slow'))
        expect(takes).toBe(2)
      },
    )
  })
})
