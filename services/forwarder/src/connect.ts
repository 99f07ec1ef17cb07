import { topicNames } from '@wabastream/contracts'
import {
  type Connections as Clients,
  openConnections,
  registerSchemas,
} from '@wabastream/connections'
import { type ServiceContext, untilAvailable } from '@wabastream/service-host'
import { type ForwarderConfig } from './config.ts'

export interface Connections extends Clients {
  /** Of the topic of dead letters. */
  readonly letterPartitions: number
}

/** Waits for whatever is away. Only a registry that refuses our schemas ends the process. */
export async function connect(service: ServiceContext<ForwarderConfig>): Promise<Connections> {
  const { codec, kafka } = openConnections('wabastream-forwarder', service)
  await registerSchemas(codec, service)
  const { logger, signal } = service
  const { deadLetters, forwarding, raw } = topicNames(1)
  const counts = await untilAvailable({
    what: 'topics',
    attempt: () => kafka.admin.partitionCounts([raw, deadLetters, forwarding]),
    logger,
    signal,
  })
  return { kafka, codec, letterPartitions: counts.get(deadLetters) ?? 1 }
}
