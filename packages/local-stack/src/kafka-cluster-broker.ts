import { type GuardedProcess } from './process/guarded-process.ts'
import { type KafkaNodeOptions, startKafkaNode } from './kafka-node.ts'

export interface ClusterBroker {
  /** Its `node.id`. */
  readonly id: number
  readonly address: string
  /**
   * Starts it again on the same ports and folder; resolves when it answers. Does nothing while it
   * runs.
   */
  start(): Promise<void>
  /** kill -9. */
  kill(): Promise<void>
  /** How often it was running when killed. */
  readonly killCount: number
  /** A clean stop: first hands over its leaderships, if another broker can take them. */
  stop(): Promise<void>
  /** SIGSTOP: it is silent, with all connections open. */
  pause(): void
  continue(): void
}

export function createClusterBroker(id: number, node: KafkaNodeOptions): ClusterBroker {
  let running: GuardedProcess | undefined
  let killCount = 0
  const end = async (how: 'kill' | 'stop'): Promise<void> => {
    const ending = running
    running = undefined
    if (how === 'kill' && ending !== undefined) killCount += 1
    await ending?.[how]()
  }
  return {
    id,
    address: `127.0.0.1:${node.port}`,
    async start() {
      running ??= await startKafkaNode(node)
    },
    kill: () => end('kill'),
    get killCount() {
      return killCount
    },
    stop: () => end('stop'),
    pause: () => running?.pause(),
    continue: () => running?.continue(),
  }
}
