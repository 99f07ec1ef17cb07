import { setTimeout as delay } from 'node:timers/promises'
import { topicNames } from '@wabastream/contracts'
import { decodeTransitions, type KeyedTransition } from '@wabastream/end-to-end'
import { createKafkaClient, type KafkaClient } from '@wabastream/kafka'
import { type PartitionReader } from '@wabastream/processing'
import { type AvroCodec, createAvroCodec } from '@wabastream/schema-registry'
import { PARTITIONS, type PipelineStack } from '../harness/pipeline-stack.ts'

const PAUSE_MS = 200

/**
 * What identifies a transition, of which there may be only one. A rung is reported once, however it
 * came; so is a conflict, whichever of its two sides came last.
 */
export function transitionId({ key, kind, rung }: KeyedTransition): string {
  return JSON.stringify([key, kind === 'conflicted' ? kind : rung])
}

/** A read_committed reader that follows the transitions while things break around it. */
export class TransitionWatch {
  /** In the order of reading; each position is read once. */
  readonly seen: string[] = []
  readonly #kafka: KafkaClient
  readonly #reader: PartitionReader
  readonly #codec: AvroCodec
  readonly #positions = new Map<number, number>()
  readonly #running: Promise<void>
  #isStopping = false

  private constructor(kafka: KafkaClient, codec: AvroCodec) {
    this.#kafka = kafka
    this.#codec = codec
    this.#reader = kafka.partitionReader()
    this.#running = this.#follow()
  }

  static async start(stack: PipelineStack): Promise<TransitionWatch> {
    const codec = createAvroCodec({ url: stack.schemaRegistryUrl })
    await codec.register()
    const brokers = [...stack.cluster.addresses]
    return new TransitionWatch(createKafkaClient({ brokers, clientId: 'watch' }), codec)
  }

  /** Stops following, and resolves with all that was seen up to the end as it is now. */
  async finish(): Promise<readonly string[]> {
    this.#isStopping = true
    await this.#running
    await this.#readOnce()
    return this.seen
  }

  async close(): Promise<void> {
    this.#isStopping = true
    await this.#kafka.close()
  }

  async #follow(): Promise<void> {
    while (!this.#isStopping) {
      // Brokers may be away: the next round goes on from where this one came to.
      await this.#readOnce().catch(() => undefined)
      await delay(PAUSE_MS)
    }
  }

  async #readOnce(): Promise<void> {
    const { transitions: topic } = topicNames(1)
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const offset = this.#positions.get(partition) ?? 0
      const end = await this.#reader.readToEnd({ topic, partition, offset }, async (batch) => {
        const transitions = await decodeTransitions(batch.records, this.#codec)
        this.seen.push(...transitions.map(transitionId))
        this.#positions.set(partition, batch.nextOffset)
      })
      this.#positions.set(partition, end.offset)
    }
  }
}
