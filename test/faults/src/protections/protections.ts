import { forwardProtections } from './forward-protections.ts'
import { ingestProtections } from './ingest-protections.ts'
import { numberProtections } from './number-protections.ts'
import { processorProtections } from './processor-protections.ts'
import { type Protection } from './protection.ts'
import { receiptsProtections } from './receipts-protections.ts'
import { serverProtections } from './server-protections.ts'
import { sinkProtections } from './sink-protections.ts'

/**
 * What each case of the fault suite relies on, and the code without it: `npm run test:protections`
 * takes the protections out one by one and checks that the case fails.
 */
export const protections: readonly Protection[] = [
  ...serverProtections,
  ...ingestProtections,
  ...processorProtections,
  ...sinkProtections,
  ...forwardProtections,
  ...receiptsProtections,
  ...numberProtections,
]
