import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** Part of a folder's identity: raise it whenever the generator makes other data. */
export const GENERATOR_VERSION = 1

const shape = z.object({
  generator: z.number(),
  seed: z.number(),
  numbers: z.number(),
  messagesPerDay: z.number(),
  days: z.number(),
})

const manifestSchema = z.object({
  shape,
  /** When its last webhook came in: the time to ask at. */
  endMs: z.number(),
  rows: z.record(z.string(), z.number()),
  /** Of the tables and views that it was loaded with. */
  cost: z.object({
    seconds: z.number(),
    /** CPU µs to make and encode the rows of one record, by kind of record. */
    rowsUs: z.record(z.string(), z.number()),
    /** CPU µs of the engine to insert one row, by table, without merges. */
    insertUs: z.record(z.string(), z.number()),
    /** CPU µs of the engine to roll up one message. */
    rollUpUs: z.number(),
    /** CPU µs of the engine for one event, merges made meanwhile included. */
    engineUsPerEvent: z.number(),
  }),
})

export type Shape = z.output<typeof shape>
export type Manifest = z.output<typeof manifestSchema>

/** The folders of one amount of data: as it was written, and merged. */
export interface DataFolder {
  readonly live: string
  readonly merged: string
  readonly manifestFile: string
}

export function dataFolder(work: string, name: string): DataFolder {
  const directory = join(work, name)
  return {
    live: join(directory, 'live'),
    merged: join(directory, 'merged'),
    manifestFile: join(directory, 'manifest.json'),
  }
}

/** Undefined if nothing was loaded there to its end, by this version of the loader. */
export async function readManifest(file: string): Promise<Manifest | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : manifestSchema.safeParse(JSON.parse(text)).data
}

/** Written last, and at once: a folder with a manifest is complete. */
export async function writeManifest(file: string, manifest: Manifest): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true })
  await writeFile(`${file}.new`, `${JSON.stringify(manifest, null, 2)}\n`)
  await rename(`${file}.new`, file)
}
