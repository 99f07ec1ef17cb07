// Goal: nobody sees aborted records, even if two aborted transactions overlap. Method: leave two
// open over events, timelines and transitions of messages that never existed, let others write in
// between, then abort both.
import { RECEIVED_AT_HEADER, topicNames } from '@wabastream/contracts'
import { createKafkaClient, type KafkaClient } from '@wabastream/kafka'
import { type OutgoingRecord } from '@wabastream/processing'
import { type AvroCodec, createAvroCodec } from '@wabastream/schema-registry'
import { type FaultProxy, kafkaApi } from '@wabastream/testing'
import { faultCase } from '../harness/fault-case.ts'
import { ownsPort } from '../harness/socket-owner.ts'

const ROUNDS = 3
const GHOSTS = 20
const REQUEST_TIMEOUT_MS = 3_000
const { events, timelines, transitions } = topicNames(1)
const ourselves = { pids: async () => [process.pid] }

faultCase(import.meta.url, {
  title: 'shows nobody anything of two aborted transactions that overlap',
  pipeline: { cluster: 'single' },
  deadlineMs: 180_000,
  async play({ pipeline, load, faults }) {
    const codec = createAvroCodec({ url: pipeline.schemaRegistryUrl })
    await codec.register()
    await load.send({ count: 500 })
    const kafka = createKafkaClient({
      brokers: [...pipeline.cluster.proxiedAddresses],
      clientId: 'ghosts',
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
    })
    const [proxy] = pipeline.proxies
    if (proxy === undefined) throw new Error('no proxy')
    try {
      await load.sendDuring({ count: 500, ratePerSecond: 60 }, async () => {
        for (let round = 0; round < ROUNDS; round++) {
          await faults.inject(
            'two aborts',
            () =>
              overlap(kafka, proxy, {
                partition: round,
                ghosts: (source) => makeGhosts(source, pipeline.kafka, codec),
              }),
            { recovers: 'timeline-processor' },
          )
        }
      })
    } finally {
      await kafka.close()
    }
  },
})

interface Source {
  readonly partition: number
  readonly name: string
}

/** Both write, neither may end; then each is taken over, which aborts what it left open. */
async function overlap(
  kafka: KafkaClient,
  proxy: Pick<FaultProxy, 'onRequest'>,
  {
    partition,
    ghosts,
  }: {
    readonly partition: number
    readonly ghosts: (source: Source) => Promise<ReadonlyMap<string, readonly OutgoingRecord[]>>
  },
): Promise<void> {
  const writers = ['first', 'second'].map((name) => ({
    name,
    writer: kafka.transactionalWriter({ transactionalId: `ghosts-${name}` }),
  }))
  for (const { writer } of writers) await writer.fence()
  const remove = proxy.onRequest(kafkaApi.endTxn, async ({ clientPort }) =>
    (await ownsPort(ourselves, clientPort)) ? 'drop' : undefined,
  )
  const writes = writers.map(async ({ name, writer }) => {
    const records = await ghosts({ partition, name })
    await writer.write({
      groupId: 'ghosts',
      input: { topic: events, partition, offset: 1 },
      outputs: [...records].map(([topic, all]) => ({ topic, partition, records: all })),
    })
  })
  const outcomes = await Promise.allSettled(writes)
  remove()
  if (outcomes.some(({ status }) => status === 'fulfilled'))
    throw new Error('nothing was left open')
  for (const { writer } of writers) await writer.fence()
}

/** Copies of a status and what came of it, under message ids that nobody ever sent. */
async function makeGhosts(
  { partition, name }: Source,
  kafka: KafkaClient,
  codec: AvroCodec,
): Promise<ReadonlyMap<string, readonly OutgoingRecord[]>> {
  const ghosts = new Map<string, OutgoingRecord[]>()
  const reader = kafka.partitionReader()
  for (const topic of [events, timelines, transitions]) {
    const found: OutgoingRecord[] = []
    await reader.readToEnd({ topic, partition, offset: 0 }, ({ records }) => {
      for (const record of records) {
        if (found.length >= GHOSTS || record.value === null) continue
        const { data, type } = codec.decode(record.value)
        const id = `ghost-${name}-${topic}-${record.offset}`
        const headers = { [RECEIVED_AT_HEADER]: record.headerText(RECEIVED_AT_HEADER) ?? '' }
        if (type === 'MessageStatusChanged') {
          found.push({ key: id, value: codec.encode(type, { ...data, messageId: id }), headers })
        } else if (type === 'MessageTimeline') {
          found.push({ key: id, value: codec.encode(type, { ...data, messageId: id }), headers })
        } else if (type === 'StatusTransition') {
          found.push({ key: id, value: codec.encode(type, { ...data, messageId: id }), headers })
        }
      }
    })
    if (found.length < GHOSTS) throw new Error(`${topic}-${partition} holds too few to copy`)
    ghosts.set(topic, found)
  }
  await reader.close()
  return ghosts
}
