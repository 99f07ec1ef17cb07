import { topicNames } from '@wabastream/contracts'
import {
  type Connections as Clients,
  openConnections,
  registerSchemas,
} from '@wabastream/connections'
import { type ServiceContext, untilAvailable } from '@wabastream/service-host'
import { type ReadReceiptsConfig } from './config.ts'

export interface Connections extends Clients {
  readonly rawPartitions: number
  /** Of the topic of dead letters. */
  readonly letterPartitions: number
}

/** Waits for whatever is away. Only a registry that refuses our schemas ends the process. */
export async function connect(service: ServiceContext<ReadReceiptsConfig>): Promise<Connections> {
  const { codec, kafka } = openConnections('wabastream-read-receipts', service)
  await registerSchemas(codec, service)
  const { logger, signal } = service
  const { deadLetters, raw, readReceipts } = topicNames(1)
  const counts = await untilAvailable({
    what: 'topics',
    attempt: () => kafka.admin.partitionCounts([raw, deadLetters, readReceipts]),
    logger,
    signal,
  })
  return {
    kafka,
    codec,
    rawPartitions: counts.get(raw) ?? 1,
    letterPartitions: counts.get(deadLetters) ?? 1,
  }
}
