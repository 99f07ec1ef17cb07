export { readTargets } from './read-targets.ts'
export { redriveRecord } from './redrive-record.ts'
