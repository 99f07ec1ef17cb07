// A mere `type` inside braces would still load the module, before its parts are replaced.
import type { Logger } from 'kafkajs'
import { type PartitionAnswer } from './fetched-batch.ts'

/** Parts of the client that have no public types, as far as they are used here. */
export interface Broker {
  fetch(request: {
    readonly maxWaitTime: number
    readonly minBytes: number
    readonly maxBytes: number
    readonly isolationLevel: number
    readonly topics: readonly {
      readonly topic: string
      readonly partition: {
        readonly partition: number
        readonly fetchOffset: string
        readonly maxBytes: number
      }
    }[]
  }): Promise<{ readonly responses: readonly { readonly partitions: readonly PartitionAnswer[] }[] }>
}

export interface Cluster {
  connect(): Promise<void>
  disconnect(): Promise<void>
  isConnected(): boolean
  addTargetTopic(topic: string): Promise<void>
  refreshMetadata(): Promise<void>
  refreshMetadataIfNecessary(): Promise<void>
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Record<string, number[]>
  findBroker(node: { readonly nodeId: string }): Promise<Broker>
  fetchTopicsOffset(
    topics: readonly {
      readonly topic: string
      readonly partitions: readonly { readonly partition: number }[]
      readonly fromBeginning: boolean
    }[],
  ): Promise<
    readonly {
      readonly topic: string
      readonly partitions: readonly { readonly partition: number; readonly offset: string }[]
    }[]
  >
}

export type ClusterClass = new (options: {
  readonly logger: Logger
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly socketFactory: unknown
  readonly ssl?: unknown
  readonly sasl?: unknown
  readonly connectionTimeout: number
  readonly requestTimeout: number
  readonly enforceRequestTimeout: boolean
  readonly metadataMaxAge: number
  readonly retry: unknown
  readonly allowAutoTopicCreation: boolean
  readonly instrumentationEmitter: InstrumentationEmitter
}) => Cluster

export interface InstrumentationEmitter {
  addListener(event: string, listener: (event: { readonly payload: unknown }) => void): () => void
}

export type InstrumentationEmitterClass = new () => InstrumentationEmitter
