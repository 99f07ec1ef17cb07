import { type GuardedProcess } from './guarded-process.ts'
import { type KafkaNodeOptions, startKafkaNode } from './kafka-node.ts'

export interface ClusterBroker {
  /** Its `node.id`. */
  readonly id: number
  readonly address: string
  /** Again on the same ports and folder; resolves when it answers. Does nothing while it runs. */
  start(): Promise<void>
  /** kill -9. */
  kill(): Promise<void>
  /** Clean: hands its leaderships over first, where somebody is there to take them. */
  stop(): Promise<void>
  /** SIGSTOP: silent, with all connections open. */
  pause(): void
  continue(): void
}

export function createClusterBroker(id: number, node: KafkaNodeOptions): ClusterBroker {
  let running: GuardedProcess | undefined
  const end = async (how: 'kill' | 'stop'): Promise<void> => {
    const ending = running
    running = undefined
    await ending?.[how]()
  }
  return {
    id,
    address: `127.0.0.1:${node.port}`,
    async start() {
      running ??= await startKafkaNode(node)
    },
    kill: () => end('kill'),
    stop: () => end('stop'),
    pause: () => running?.pause(),
    continue: () => running?.continue(),
  }
}
