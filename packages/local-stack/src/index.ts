export { type GuardedProcess, startGuardedProcess } from './process/guarded-process.ts'
export { spawnGuarded, spawnWithLifeline } from './process/guarded-spawn.ts'
export { PartFailedError, PortTakenError } from './process/part-errors.ts'
export { takenPortIn } from './process/taken-port.ts'
export { type ClickHouseEngineOptions, startClickHouseEngine } from './clickhouse-engine.ts'
export { ensureJavaDownloads } from './java-downloads.ts'
export { type ClusterBroker } from './kafka-cluster-broker.ts'
export { type KafkaCluster, type KafkaClusterOptions, startKafkaCluster } from './kafka-cluster.ts'
export {
  type LocalStack,
  type LocalStackOptions,
  type StackAddresses,
  startLocalStack,
} from './local-stack.ts'
export { makePrivateDirectory } from './private-directory.ts'
export {
  defaultPorts,
  type FindPort,
  findFreePort,
  type LocalStackPorts,
  onFreePorts,
  onPorts,
} from './ports.ts'
export { schemaRegistryUrl, startSchemaRegistry } from './schema-registry.ts'
export { type PrometheusOptions, startPrometheus } from './prometheus.ts'
export { ensurePrometheus, type PrometheusPrograms } from './prometheus-download.ts'
export { startZooKeeper, type ZooKeeperOptions } from './zookeeper.ts'
