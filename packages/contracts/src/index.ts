export { CANARY_NUMBER } from './canary.ts'
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
export { type RawTimes, receivedAtOf, type ReceivedAtProblem } from './received-at.ts'
export { redacted } from './redacted.ts'
export { parseServerAddress, type ServerAddress } from './server-address.ts'
export {
  consumerGroup,
  databaseName,
  rawHeaders,
  type RawOrigin,
  RECEIVED_AT_HEADER,
  type ServiceName,
  topicNames,
  type TopicNames,
  TRACEPARENT_HEADER,
} from './topics.ts'
