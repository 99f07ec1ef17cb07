export { StateStoreError } from './errors.ts'
export { type LmdbStateStoreOptions, openLmdbStateStore } from './lmdb-state-store.ts'
