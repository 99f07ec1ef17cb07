import { setTimeout as delay } from 'node:timers/promises'
import { consumerGroup, topicNames } from '@wabastream/contracts'
import { createAvroCodec } from '@wabastream/schema-registry'
import { type ServiceProcess } from '@wabastream/testing'
import { lagOf } from '../scene/caught-up.ts'
import { type BenchPipeline, createBenchPipeline } from '../scene/pipeline.ts'
import { readUsage } from '../usage/process-usage.ts'
import { readAnonymousBytes } from './anonymous-memory.ts'
import { type BenchMessages, createBenchMessages } from './messages.ts'
import { sendRecords } from './send.ts'

const POLL_MS = 200
export const topics = topicNames(1)
export const eventsReader = {
  group: consumerGroup('timeline-processor', 1),
  topics: [topics.events],
}

export interface StateShape {
  readonly keys: number
  readonly partitions: number
}

/** A changelog of some size, and what a timeline processor needs to take it. */
export interface StateScene {
  readonly pipeline: BenchPipeline
  readonly messages: BenchMessages
}

/** Fills the timelines topic, and lets each partition of the events have a record to be read. */
export async function createStateScene({ keys, partitions }: StateShape): Promise<StateScene> {
  const pipeline = await createBenchPipeline(0, { partitions })
  try {
    const codec = createAvroCodec({ url: pipeline.schemaRegistryUrl })
    await codec.register()
    const messages = createBenchMessages(codec, { partitions, nowMs: Date.now() })
    const { kafka } = pipeline
    await sendRecords(kafka, {
      topic: topics.timelines,
      count: keys,
      make: (index) => ({
        partition: messages.partition(index),
        record: messages.timeline(index),
      }),
    })
    await sendRecords(kafka, {
      topic: topics.events,
      count: partitions,
      make: (index) => ({ partition: index, record: messages.status(keys + index, 'sent') }),
    })
    return { pipeline, messages }
  } catch (error) {
    await pipeline.close()
    throw error
  }
}

export interface Restored {
  readonly processor: ServiceProcess
  /** From the start of the process until it has folded what came after the restore. */
  readonly seconds: number
  readonly cpuSeconds: number
  /** The most at any look. */
  readonly anonymousBytes: number
  readonly restoredRecords: number
}

/** Starts a timeline processor with an empty folder, and waits until it has caught up. */
export async function restoreState({ pipeline }: StateScene): Promise<Restored> {
  const startedMs = performance.now()
  const processor = await pipeline.start('timeline-processor')
  let anonymousBytes = 0
  while ((await lagOf(pipeline.kafka, eventsReader)) > 0) {
    anonymousBytes = Math.max(anonymousBytes, readAnonymousBytes(processor.pid))
    await delay(POLL_MS)
  }
  const seconds = (performance.now() - startedMs) / 1_000
  const restored = /^wa_timeline_restored_records_total\S* (\d+)$/m.exec(await processor.metrics())
  return {
    processor,
    seconds,
    anonymousBytes,
    cpuSeconds: readUsage(processor.pid).cpuUs / 1e6,
    restoredRecords: Number(restored?.[1] ?? 0),
  }
}
