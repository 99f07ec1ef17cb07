export {
  documentedFields,
  type DocumentedPaths,
  type ExampleValue,
  pathsOf,
  toExample,
} from './documented-fields.ts'
export { CANARY_NUMBER } from './canary.ts'
export { type Failure, toDeadLetter, toDeadLetterRecord, toFittingLetter } from './dead-letter.ts'
export { isSameTimeline } from './generated/comparison.ts'
export type * from './generated/types.ts'
export { schemaTexts } from './generated/schema-texts.ts'
export {
  closedSets,
  eventSubjects,
  isMessageEvent,
  isWhatsAppEvent,
  recordTopics,
  targetOf,
  type MessageEvent,
  type TimelineTarget,
  type WhatsAppEvent,
  type WireRecord,
  type WireRecordName,
  type WireRecords,
} from './generated/vocabulary.ts'
export {
  carriedReceivedAt,
  type RawTimes,
  receivedAtHeader,
  receivedAtOf,
  type ReceivedAtProblem,
} from './received-at.ts'
export { INTERNAL_CHANNEL, INTERNAL_DIALECT } from './own-records.ts'
export {
  isReadRequestKey,
  parseReadRequest,
  READ_RECEIPTS_PARTITION,
  type ReadRequest,
  readRequestKey,
  type ReadRequestOutcome,
  readRequestOutcomes,
  toReadRequestRecord,
} from './read-requests.ts'
export { createReadGuard, type RecordReadBy } from './records-read.ts'
export { redacted } from './redacted.ts'
export { parseServerAddress, type ServerAddress } from './server-address.ts'
export {
  type KafkaOperation,
  type KafkaRight,
  type KafkaUser,
  operator,
  serviceUsers,
} from './kafka-rights.ts'
export {
  databaseName,
  generationTopics,
  pipelineTopics,
  rawHeaders,
  type RawOrigin,
  RECEIVED_AT_HEADER,
  sharedTopics,
  type Topic,
  topicName,
  topicNames,
  type TopicNames,
  type TopicNoun,
  TRACEPARENT_HEADER,
} from './topics.ts'
export {
  adminPortOf,
  type Companion,
  companions,
  consumerGroup,
  FORWARDER_GROUPS,
  forwarderGroup,
  keyedTopics,
  type PipelineConsumer,
  pipelineConsumers,
  pipelineStages,
  type Program,
  type ProgramName,
  programs,
  READ_RECEIPTS_GROUP,
  type ReaderName,
  readerNames,
  readTopics,
  type ServiceName,
  serviceNames,
  servicesOf,
  type Stage,
  type StageKind,
  stageOf,
  writersOf,
  writtenTopics,
} from './topology.ts'
