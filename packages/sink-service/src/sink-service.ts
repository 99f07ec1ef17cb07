import { type ReaderName, type RecordReadBy } from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'
import { type BatchConsumer, type Sink } from '@wabastream/processing'
import { type ConfigSchema, type ServiceContext } from '@wabastream/service-host'
import { type SinkMetrics } from './observation/sink-metrics.ts'
import { type SinkSettings } from './sink-settings.ts'

/** Everything that is particular to one sink as a service; the runner does the rest. */
export interface SinkServiceDefinition<
  Service extends ReaderName,
  Config extends SinkSettings,
  Table extends string,
> {
  /**
   * Name of the process, of its consumer group, and of the stage in its dead letters. It reads what
   * the topology says, and the sink is given the records that belong there.
   */
  readonly service: Service
  /** `sinkSettings(…)`, extended by its own. */
  readonly schema: ConfigSchema<Config>
  /** Every table that the sink writes to; the names label its metrics. */
  readonly tables: readonly Table[]
  /**
   * Tables that are read for what happened over hours, and not for what holds now: their rows
   * gather several times as long, because an insert costs the same however few its rows are.
   */
  readonly patientTables?: readonly Table[]
  /**
   * Called once, before anything is read. The destination may be away, because nothing is asked of
   * it yet.
   */
  readonly open: (context: SinkContext<Config, Table>) => Destination<Service, Table>
}

export interface SinkContext<Config, Table extends string> extends Pick<
  ServiceContext<Config>,
  'config' | 'logger' | 'registry'
> {
  readonly metrics: SinkMetrics<Table>
}

export interface Destination<Service extends ReaderName, Table extends string> {
  readonly sink: Sink<RecordReadBy<Service>, Table>
  /** What rows need at the destination; if it is left out, the service does not wait. */
  readonly requirement?: Requirement
  /** Begins work beside the sink, once the sink reads. */
  readonly accompany?: (running: RunningSink) => Companion
  /** Called last, when nothing is written any more. */
  close?(): Promise<void>
}

export interface Requirement {
  /** What the service waits for, as the log names it. */
  readonly what: string
  /** Throws while it is missing, and is called again until the process is stopped. */
  check(): Promise<void>
}

export interface RunningSink {
  readonly kafka: KafkaClient
  readonly progress: BatchConsumer['progress']
}

export interface Companion {
  /** Called when no more records are read; Kafka and the destination still answer. */
  stop(): Promise<void>
}
