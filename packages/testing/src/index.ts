export { arbitraryMessageEvent } from './arbitraries.ts'
export {
  anEcho, anEdit, anEnvelope, aPayment, aReaction, aReceivedMessage, aReply, aRevocation, aStatus,
} from './event-builders.ts'
export { eventually } from './eventually.ts'
export { type StackAddresses, stackFromEnv } from './stack-from-env.ts'
export { type Fact, readFacts } from './oracle/facts.ts'
export { expectTimelines, type OracleTimeline } from './oracle/oracle.ts'
