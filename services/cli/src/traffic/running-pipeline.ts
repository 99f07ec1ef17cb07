import { type StackAddresses } from '@wabastream/local-stack'
import { type LocalChannel } from '../start/default-channels.ts'
import { type Terminal } from '../output/terminal.ts'

/** A pipeline that is up and can take traffic. */
export interface RunningPipeline {
  readonly addresses: StackAddresses
  readonly generation: number
  readonly webhooksUrl: string
  readonly channels: readonly LocalChannel[]
  readonly sinkAdminPort: number
  readonly terminal: Terminal
  /** Aborted when the user wants to stop. */
  readonly signal: AbortSignal
}
