import { describe, it } from '@jest/globals'
import { createInMemoryStateStore } from './in-memory-state-store.ts'
import { stateStoreCases } from './state-store-cases.ts'

describe('in-memory state store', () => {
  it.each(stateStoreCases)('$title', ({ verify }) => verify(createInMemoryStateStore()))
})
