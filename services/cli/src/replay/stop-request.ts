import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 500
/**
 * The time of a file may lag behind the clock by this much, because the kernel stamps it by its
 * ticks.
 */
const FILE_CLOCK_MS = 50

/** A file in the data folder, seen by every `start` and `replay` that uses the folder. */
function pathOf(dataDirectory: string, generation: number): string {
  return join(dataDirectory, `stop-generation-${generation}`)
}

/** Asks the process that runs the generation with this data folder to stop its services. */
export async function askToStop(dataDirectory: string, generation: number): Promise<void> {
  await mkdir(dataDirectory, { recursive: true })
  await writeFile(pathOf(dataDirectory, generation), '')
}

export async function forgetStopRequest(dataDirectory: string, generation: number): Promise<void> {
  await rm(pathOf(dataDirectory, generation), { force: true })
}

/**
 * Resolves with true when somebody asks from now on, and with false when the signal is aborted.
 * Processes that start later ignore a request that a killed process left behind.
 */
export async function watchStopRequest(
  dataDirectory: string,
  { generation, signal }: { readonly generation: number; readonly signal: AbortSignal },
): Promise<boolean> {
  const path = pathOf(dataDirectory, generation)
  const sinceMs = Date.now() - FILE_CLOCK_MS
  while (!signal.aborted) {
    const askedMs = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    )
    if (askedMs >= sinceMs) return true
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined)
  }
  return false
}
