// A mere `type` inside braces would still load the module, before its parts are replaced.
import type { ICustomPartitioner, KafkaConfig, Logger, Producer, RetryOptions } from 'kafkajs'
import { type PartitionAnswer } from './fetched-batch.ts'

/** Parts of the client that have no public types, as far as they are used here. */
export interface Broker {
  isConnected(): boolean
  fetch(request: {
    readonly maxWaitTime: number
    readonly minBytes: number
    readonly maxBytes: number
    readonly isolationLevel: number
    readonly topics: readonly {
      readonly topic: string
      readonly partitions: readonly {
        readonly partition: number
        readonly fetchOffset: string
        readonly maxBytes: number
      }[]
    }[]
  }): Promise<{ readonly responses: readonly { readonly partitions: readonly PartitionAnswer[] }[] }>
  /** Throws the broker's error for the first partition that has one. */
  offsetCommit(request: {
    readonly groupId: string
    readonly groupGenerationId: number
    readonly memberId: string
    readonly topics: readonly {
      readonly topic: string
      readonly partitions: readonly { readonly partition: number; readonly offset: string }[]
    }[]
  }): Promise<unknown>
}

export interface Cluster {
  connect(): Promise<void>
  disconnect(): Promise<void>
  isConnected(): boolean
  addTargetTopic(topic: string): Promise<void>
  refreshMetadata(): Promise<void>
  refreshMetadataIfNecessary(): Promise<void>
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Record<string, number[]>
  findGroupCoordinator: (sought: SoughtCoordinator) => Promise<Broker>
  findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number }[]
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

export interface SoughtCoordinator {
  readonly groupId: string
  /** 0 of a group, 1 of a transactional id. */
  readonly coordinatorType?: number
}

export type CreateProducer = (options: {
  readonly cluster: Cluster
  readonly logger: Logger
  readonly instrumentationEmitter: InstrumentationEmitter
  readonly createPartitioner: ICustomPartitioner
  readonly retry: RetryOptions
  readonly transactionalId: string
  readonly transactionTimeout: number
}) => Producer

export type ClusterClass = new (options: KafkaConfig & {
  readonly logger: Logger
  readonly metadataMaxAge: number
  readonly isolationLevel?: number
  readonly maxInFlightRequests?: number
  readonly allowAutoTopicCreation: boolean
  readonly instrumentationEmitter: InstrumentationEmitter
}) => Cluster

export interface RequestTimeout {
  readonly payload: { readonly broker: string; readonly apiName: string }
}

export interface InstrumentationEmitter {
  addListener(
    event: 'network.request_timeout', listener: (event: RequestTimeout) => void,
  ): () => void
}

export type InstrumentationEmitterClass = new () => InstrumentationEmitter
