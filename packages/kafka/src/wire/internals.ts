// `type` inside the braces alone would still load the module, before its parts are replaced.
import type { ICustomPartitioner, KafkaConfig, Logger, Producer, RetryOptions } from 'kafkajs'
import { type PartitionAnswer } from './records/fetched-batch.ts'

/** Parts of the client that have no public types, as far as they are used here. */
export interface Broker {
  isConnected(): boolean
  /** Throws the broker's error for the first topic or partition that has one. */
  metadata(topics: readonly string[]): Promise<{
    readonly topicMetadata: readonly {
      readonly topic: string
      readonly partitionMetadata: readonly {
        readonly partitionId: number
        readonly leader: number
      }[]
    }[]
  }>
  listOffsets(request: {
    readonly isolationLevel: number
    readonly topics: readonly {
      readonly topic: string
      readonly partitions: readonly { readonly partition: number; readonly timestamp: number }[]
    }[]
  }): Promise<OffsetAnswer>
  offsetFetch(request: {
    readonly groupId: string
    readonly topics: readonly {
      readonly topic: string
      readonly partitions: readonly { readonly partition: number }[]
    }[]
  }): Promise<OffsetAnswer>
  deleteRecords(request: {
    readonly topics: readonly {
      readonly topic: string
      readonly partitions: readonly { readonly partition: number; readonly offset: string }[]
    }[]
  }): Promise<unknown>
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
  }): Promise<{
    readonly responses: readonly { readonly partitions: readonly PartitionAnswer[] }[]
  }>
  /** Throws the broker's error for the first partition that has one. */
  offsetCommit(request: {
    readonly groupId: string
    readonly groupGenerationId: number
    readonly memberId: string
    readonly topics: readonly {
      readonly topic: string
      readonly partitions: readonly {
        readonly partition: number
        readonly offset: string
        readonly metadata?: string
      }[]
    }[]
  }): Promise<unknown>
}

export interface OffsetAnswer {
  readonly responses: readonly {
    readonly partitions: readonly {
      readonly partition: number
      readonly offset: string
      /** Of committed offsets alone. */
      readonly metadata?: string | null
    }[]
  }[]
}

export interface Cluster {
  readonly brokerPool: {
    /** Of the brokers known. */
    getNodeIds(): readonly string[]
    /** Learns of the brokers; without a topic it would ask for every one that exists. */
    refreshMetadata(topics: readonly string[]): Promise<void>
    findConnectedBroker(): Promise<Broker>
    findBroker(node: { readonly nodeId: string }): Promise<Broker>
  }
  connect(): Promise<void>
  disconnect(): Promise<void>
  isConnected(): boolean
  addTargetTopic(topic: string): Promise<void>
  refreshMetadata(): Promise<void>
  refreshMetadataIfNecessary(): Promise<void>
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Record<string, number[]>
  findGroupCoordinator: (sought: SoughtCoordinator) => Promise<Broker>
  findBroker(node: { readonly nodeId: string }): Promise<Broker>
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

export type ClusterClass = new (
  options: KafkaConfig & {
    readonly logger: Logger
    readonly metadataMaxAge: number
    readonly isolationLevel?: number
    readonly maxInFlightRequests?: number
    readonly allowAutoTopicCreation: boolean
    readonly instrumentationEmitter: InstrumentationEmitter
  },
) => Cluster

export interface RequestTimeout {
  readonly payload: { readonly broker: string; readonly apiName: string }
}

export interface InstrumentationEmitter {
  addListener(
    event: 'network.request_timeout',
    listener: (event: RequestTimeout) => void,
  ): () => void
}

export type InstrumentationEmitterClass = new () => InstrumentationEmitter
