import { z } from 'zod'

const measurement = z.object({
  ms: z.number(),
  rowsRead: z.number(),
  bytesRead: z.number(),
  peakBytes: z.number(),
  rowsFound: z.number(),
  failure: z.string().optional(),
})

const answer = z.object({
  name: z.string(),
  days: z.number().optional(),
  live: measurement,
  merged: measurement,
})

const disk = z.array(
  z.object({ table: z.string(), parts: z.number(), rows: z.number(), bytes: z.number() }),
)

const size = z.object({
  name: z.string(),
  spanDays: z.number(),
  events: z.number(),
  cost: z.object({
    seconds: z.number(),
    rowsUs: z.record(z.string(), z.number()),
    insertUs: z.record(z.string(), z.number()),
    rollUpUs: z.number().optional(),
    engineUsPerEvent: z.number(),
  }),
  disk: z.object({ live: disk, merged: disk }),
  answers: z.array(answer),
})

/** What one run measured; of the file that `--json` writes and `--compare` reads. */
export const resultsSchema = z.object({ runs: z.number(), sizes: z.array(size) })

export type Results = z.output<typeof resultsSchema>
export type SizeResults = z.output<typeof size>
export type Answer = z.output<typeof answer>
export type Measurement = z.output<typeof measurement>
