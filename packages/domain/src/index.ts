export { currentStatus, isConflict, isDeliveredImplied } from './ladder.ts'
export { evolve, initialTimeline, isDuplicate, renewedTimeline } from './message-timeline.ts'
export { partitionOf, timelineKey } from './timeline-key.ts'
export { decideTransitions, type StatusChange } from './transitions.ts'
