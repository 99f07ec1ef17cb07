import { type ReaderName } from '@wabastream/contracts'
import { type StatefulProcessor, type StatefulSerde } from '@wabastream/processing'
import { type AvroCodec } from '@wabastream/schema-registry'
import { type ConfigSchema } from '@wabastream/service-host'
import { type Registry } from 'prom-client'
import { type z } from 'zod'
import { type statefulFields } from './stateful-fields.ts'
import { type StatefulTopics } from './stateful-topics.ts'

export type StatefulConfig = z.output<z.ZodObject<ReturnType<typeof statefulFields>>>

/** Everything that is particular to one stateful service; the runner does the rest. */
export interface StatefulServiceDefinition<Config extends StatefulConfig, Event, State> {
  /** Name of the process, of its consumer group, and of the stage in its dead letters. */
  readonly service: ReaderName
  /** What it keeps, as one word: its metrics are called `wa_<component>_…`. */
  readonly component: string
  /** Must hold `statefulFields(…)`. */
  readonly schema: ConfigSchema<Config>
  /** By default those of the service in the topology. */
  readonly topics?: (generation: number) => StatefulTopics
  /**
   * Grows when the state holds what the version before would drop: processes of different versions
   * are never members of the group at the same time. The first is 1.
   */
  readonly stateVersion?: number
  /** `codec` is registered; it may be kept. */
  readonly createSerde: (codec: AvroCodec) => StatefulSerde<Event, State>
  readonly createProcessor: (context: ProcessorContext<Config>) => StatefulProcessor<Event, State>
  /** Registers metrics of the processor's notes; without it notes are not counted. */
  readonly createNoteCounter?: (registry: Registry) => CountNote
}

export interface ProcessorContext<Config> {
  readonly codec: Pick<AvroCodec, 'encode'>
  readonly config: Config
  /** State counts as absent for an event received later than this after the state's last one. */
  readonly expiryMs: number
}

/** Called once per note and committed transaction. */
export type CountNote = (note: string, count: number) => void
