/**
 * A complete second stateful service, which counts the statuses of each message. Run as a process.
 */
import { type WireRecord } from '@wabastream/contracts'
import { type StatefulProcessor, type StatefulSerde } from '@wabastream/processing'
import { type AvroCodec } from '@wabastream/schema-registry'
import { z } from 'zod'
import { avroEvents, runStatefulService, statefulFields } from './index.ts'

interface Status {
  readonly messageId: string
  readonly receivedAt: number
  readonly source: number
}

const tallySchema = z.object({ count: z.number(), at: z.number() })
type Tally = z.output<typeof tallySchema>

function toStatus({ type, data }: WireRecord): Status | undefined {
  if (type !== 'MessageStatusChanged') return undefined
  const { receivedAt, rawPartition } = data.envelope
  return { messageId: data.messageId, receivedAt, source: rawPartition }
}

function createTallySerde(codec: AvroCodec): StatefulSerde<Status, Tally> {
  return {
    ...avroEvents(codec, toStatus),
    encodeState: (tally) => Buffer.from(JSON.stringify(tally)),
    decodeState: (value) => tallySchema.parse(JSON.parse(Buffer.from(value).toString())),
  }
}

function createCounter(topic: string): StatefulProcessor<Status, Tally> {
  return {
    keyOf: ({ messageId }) => messageId,
    receivedAtOf: ({ receivedAt }) => receivedAt,
    sourceOf: ({ source }) => source,
    lastReceivedAtOf: ({ at }) => at,
    process({ receivedAt }, previous, key) {
      const count = (previous?.count ?? 0) + 1
      const state = { count, at: Math.max(previous?.at ?? 0, receivedAt) }
      const forwards = [{ topic, record: { key, value: Buffer.from(`${count}`) } }]
      return { state, forwards, notes: [] }
    },
  }
}

await runStatefulService({
  // Names of services are a closed set, so this one borrows a name and runs in another generation.
  service: 'timeline-processor',
  component: 'tally',
  schema: z.object(statefulFields({ adminPort: 0 })),
  topics: (g) => ({
    input: `statuses.g${g}`,
    changelog: `tallies.g${g}`,
    outputs: [`counts.g${g}`],
  }),
  createSerde: createTallySerde,
  createProcessor: ({ config }) => createCounter(`counts.g${config.generation}`),
})
