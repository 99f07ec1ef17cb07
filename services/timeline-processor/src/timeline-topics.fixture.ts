import { expect } from '@jest/globals'
import {
  isMessageEvent,
  type MessageEvent,
  type MessageTimeline,
  RECEIVED_AT_HEADER,
  type StatusTransition,
  targetOf,
  topicNames,
  type WireRecord,
} from '@wabastream/contracts'
import {
  decideTransitions,
  evolve,
  initialTimeline,
  routeOf,
  timelineKey,
} from '@wabastream/domain'
import { createKafkaClient, type KafkaClient } from '@wabastream/kafka'
import { type OutgoingRecord } from '@wabastream/processing'
import { type AvroCodec, createAvroCodec } from '@wabastream/schema-registry'
import { arbitraryMessageEvent, eventually, type StackAddresses } from '@wabastream/testing'
import fc from 'fast-check'

const EXPIRY_MS = 45 * 86_400_000

export const PARTITIONS = 3

/** Topics of a separate generation on the real broker, and what must come of their input. */
export class TimelineTopics {
  readonly generation = 2_000 + Math.floor(Math.random() * 8_000)
  readonly #kafka: KafkaClient
  readonly #codec: AvroCodec

  constructor(stack: StackAddresses) {
    this.#kafka = createKafkaClient({ brokers: [...stack.brokers], clientId: 'test' })
    this.#codec = createAvroCodec({ url: stack.schemaRegistryUrl })
  }

  async prepare(): Promise<void> {
    await this.#codec.register()
    const { events, timelines, transitions, deadLetters } = topicNames(this.generation)
    const compacted = { 'cleanup.policy': 'compact' }
    await this.#kafka.admin.ensureTopics([
      { topic: events, partitions: PARTITIONS },
      { topic: timelines, partitions: PARTITIONS, config: compacted },
      { topic: transitions, partitions: PARTITIONS },
    ])
    await this.#kafka.admin
      .ensureTopics([{ topic: deadLetters, partitions: 6 }])
      .catch(() => undefined)
  }

  async close(): Promise<void> {
    await this.#kafka.close()
  }

  async send(events: readonly MessageEvent[]): Promise<void> {
    const producer = this.#kafka.chainedProducer()
    const batches = Map.groupBy(events, (event) => routeOf(targetOf(event), PARTITIONS).partition)
    await Promise.all(
      [...batches].map(([partition, batch]) =>
        producer.send(
          { topic: topicNames(this.generation).events, partition },
          batch.map((event) => this.#toRecord(event)),
        ),
      ),
    )
    await producer.close()
  }

  async sendBytes(partition: number, value: Uint8Array): Promise<void> {
    const producer = this.#kafka.chainedProducer()
    const target = { topic: topicNames(this.generation).events, partition }
    await producer.send(target, [{ key: 'k', value, headers: { [RECEIVED_AT_HEADER]: '1' } }])
    await producer.close()
  }

  /** Waits until the whole input is committed. */
  async caughtUp(): Promise<void> {
    const { events } = topicNames(this.generation)
    const groupId = `timeline-processor.g${this.generation}`
    await eventually(
      'the input is committed',
      async () => {
        const ends = await this.#kafka.admin.endOffsets(events)
        const committed = await this.#kafka.admin.committedOffsets(groupId, events)
        return [...ends].every(([partition, end]) => end === (committed.get(partition) ?? 0))
      },
      60_000,
    )
  }

  /** Waits until at least this many transitions are committed. */
  async wroteTransitions(count: number): Promise<void> {
    await eventually(
      `${count} transitions`,
      async () => (await this.transitions()).length >= count,
      60_000,
    )
  }

  /** Last timeline of each key. */
  async timelines(): Promise<ReadonlyMap<string, MessageTimeline>> {
    const timelines = new Map<string, MessageTimeline>()
    for (const { key, record } of await this.#read('timelines')) {
      if (record?.type === 'MessageTimeline') timelines.set(key, record.data)
      else timelines.delete(key)
    }
    return timelines
  }

  async transitions(): Promise<readonly StatusTransition[]> {
    const read = await this.#read('transitions')
    return read.flatMap(({ record }) => (record?.type === 'StatusTransition' ? [record.data] : []))
  }

  /** The result of a plain fold over the actual log. */
  async fold() {
    const timelines = new Map<string, MessageTimeline>()
    const transitions: StatusTransition[] = []
    for (const { record } of await this.#read('events')) {
      if (record === null || !isMessageEvent(record)) continue
      const key = timelineKey(targetOf(record))
      const before = timelines.get(key)
      const after = evolve(before ?? initialTimeline(record), record)
      timelines.set(key, after)
      transitions.push(...decideTransitions({ before, after, event: record, expiryMs: EXPIRY_MS }))
    }
    return { timelines, transitions }
  }

  #toRecord(event: MessageEvent): OutgoingRecord {
    const receivedAt = String(event.data.envelope.receivedAt)
    return {
      key: timelineKey(targetOf(event)),
      value: this.#codec.encode(event.type, event.data),
      headers: { [RECEIVED_AT_HEADER]: receivedAt },
    }
  }

  /** All partitions, one after the other, each in its order. */
  async #read(noun: 'events' | 'timelines' | 'transitions') {
    const topic = topicNames(this.generation)[noun]
    const found: { readonly key: string; readonly record: WireRecord | null }[] = []
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const reader = this.#kafka.partitionReader()
      await reader.readToEnd({ topic, partition, offset: 0 }, (batch) => {
        for (const { value, keyText } of batch.records.map(toPlain)) {
          found.push({ key: keyText, record: value === null ? null : this.#tryDecode(value) })
        }
      })
      await reader.close()
    }
    return found
  }

  #tryDecode(value: Uint8Array): WireRecord | null {
    try {
      return this.#codec.decode(value)
    } catch {
      return null
    }
  }
}

/** Waits for the end of the input, then compares with a plain fold over the actual log. */
export async function expectTheFold(topics: TimelineTopics): Promise<void> {
  await topics.caughtUp()
  const { timelines, transitions } = await topics.fold()
  expect(await topics.timelines()).toEqual(timelines)
  expect(await topics.transitions()).toEqual(transitions)
}

/** Events of all kinds about many messages, in any order, a third of them twice. */
export function someEvents(messages: number, seed: number): readonly MessageEvent[] {
  const anyMessage = fc
    .integer({ min: 1, max: messages })
    .chain((index) => arbitraryMessageEvent(`wamid.${index}`))
  const events = fc.sample(anyMessage, { numRuns: messages * 6, seed })
  return events.flatMap((event, index) => {
    const earlier = events[index - 7]
    return index % 3 === 0 && earlier !== undefined ? [event, earlier] : [event]
  })
}

function toPlain(record: { readonly value: Uint8Array | null; keyText(): string | null }) {
  return { value: record.value, keyText: record.keyText() ?? '' }
}
