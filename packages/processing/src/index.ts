export type * from './record.ts'
export type * from './ports.ts'
