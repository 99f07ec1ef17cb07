// What the fault suite shares with these tests: how the outcome is read and judged.
export { type ChannelFile, renderChannelFile } from './channel-file.ts'
export { compareTimelines, type Comparison } from './compare-timelines.ts'
export { judgeRows } from './judge-rows.ts'
export { startWabastream, type WabastreamProcess } from './wabastream-process.ts'
export { countRawRecords, untilSettled } from './settled.ts'
export { readStoredTimelines, type StoredTimeline } from './stored-timelines.ts'
export { readTopicTimelines, type TopicTimeline, toStored } from './topic-timelines.ts'
export { decodeTransitions, type KeyedTransition, readCommittedTransitions } from './transitions.ts'
