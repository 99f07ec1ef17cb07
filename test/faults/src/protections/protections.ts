import { ingestProtections } from './ingest-protections.ts'
import { processorProtections } from './processor-protections.ts'
import { type Protection } from './protection.ts'
import { serverProtections } from './server-protections.ts'
import { sinkProtections } from './sink-protections.ts'

/**
 * What each case of the fault suite relies on, and how it looks without: `npm run test:protections`
 * takes them out one by one and sees the case fail.
 */
export const protections: readonly Protection[] = [
  ...serverProtections,
  ...ingestProtections,
  ...processorProtections,
  ...sinkProtections,
]
