export { arbitraryMessageEvent } from './arbitraries.ts'
export {
  anEcho,
  anEdit,
  anEnvelope,
  anEvent,
  aPayment,
  aReaction,
  aReceivedMessage,
  aReply,
  aRevocation,
  aStatus,
} from './event-builders.ts'
export { eventually } from './eventually.ts'
export {
  type AnswerFault,
  type FaultProxy,
  type LostDirection,
  startFaultProxy,
} from './fault-proxy.ts'
export { type FrameHook, type HeldFrame } from './frame-hooks.ts'
export { arbitraryBody, type GrammarBody } from './grammar/bodies.ts'
export { InMemoryConsumer } from './in-memory-consumer.ts'
export { InMemoryKafka, type TransactionFault } from './in-memory-kafka.ts'
export { toKafkaRecord } from './conformance/in-memory-record.ts'
export { createInMemoryStateStore } from './conformance/in-memory-state-store.ts'
export { kafkaApi } from './kafka-frames.ts'
export { message, NUMBER, rawBatch, RECEIVED_AT, SECONDS, status, webhook } from './raw-batch.ts'
export {
  findFreePort,
  spawnGuarded,
  type StackAddresses,
  startClickHouseEngine,
  ensureJavaDownloads,
  type GuardedProcess,
  startZooKeeper,
} from '@wabastream/local-stack'
export {
  answerWith,
  type Behaviour,
  type ReceivedWebhook,
  type Receiver,
  startReceiver,
} from './receiver.ts'
export { stackFromEnv } from './stack-from-env.ts'
export { copyTemplate } from './template-generation.ts'
export { type Fact, readFacts } from './oracle/facts.ts'
export { countRows, type RowCounts } from './oracle/row-counts.ts'
export { expectLaterTimes, expectTimelines, type OracleTimeline } from './oracle/oracle.ts'
export {
  type ServiceProcess,
  type ServiceProcessOptions,
  startServiceProcess,
} from './service-process.ts'
export { type ConformanceCase } from './conformance/conformance-case.ts'
export { createInMemorySink, type InMemorySink } from './conformance/in-memory-sink.ts'
export { sinkCases } from './conformance/sink-cases.ts'
export { type SinkScene } from './conformance/sink-scene.ts'
export { stateStoreCases } from './conformance/state-store-cases.ts'
export { type CollectedSpan, startTraceCollector, type TraceCollector } from './trace-collector.ts'
export { type Observed, TopologyDriver, type TopologyDriverOptions } from './topology-driver.ts'
export { createTestAuthority, type TestAuthority, type TestCertificate } from './test-authority.ts'
