import { execFile } from 'node:child_process'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { isNativeError } from 'node:util/types'
import { killGroup } from './process/guarded-process.ts'
import { makePrivateDirectory } from './private-directory.ts'

const OWNER_GOING_MS = 3_000
const LEFTOVER_TIMEOUT_MS = 20_000
const POLL_MS = 200
const run = promisify(execFile)

interface Owner {
  readonly owner: number
  readonly parts: readonly number[]
}

export interface DataDirectory {
  recordParts(pids: readonly number[]): Promise<void>
  release(): Promise<void>
}

/**
 * Takes the folder for this process. Throws when another running stack has it. Parts that a killed
 * stack left behind end by themselves: this waits for them, and kills them if they take too long.
 */
export async function takeDataDirectory(
  directory: string,
  signal?: AbortSignal,
): Promise<DataDirectory> {
  await makePrivateDirectory(directory)
  const file = `${directory}/stack.json`
  const previous = await readOwner(file)
  if (previous) {
    await refuseIfOwned(previous, directory, signal)
    await waitForLeftovers(previous.parts, directory, signal)
  }
  const recordParts = inTurn((parts) => replaceFile(file, { owner: process.pid, parts }))
  await recordParts([])
  return { recordParts, release: () => rm(file, { force: true }) }
}

/** Parts start side by side: of two that write at once, the later word has to stand. */
function inTurn(
  write: (parts: readonly number[]) => Promise<void>,
): (parts: readonly number[]) => Promise<void> {
  let last = Promise.resolve()
  return (parts) => {
    const turn = last.then(() => write(parts))
    last = turn.catch(() => undefined)
    return turn
  }
}

/** By a rename, so that nobody reads half of it and takes the folder for free. */
async function replaceFile(file: string, content: Owner): Promise<void> {
  const next = `${file}.next`
  await writeFile(next, JSON.stringify(content))
  await rename(next, file)
}

export class DataDirectoryTakenError extends Error {
  readonly code = 'data_directory_taken'

  constructor(directory: string, owner: number) {
    super(
      `${directory} is used by another stack (process ${owner}): stop it, or use another folder.`,
    )
  }
}

/** An owner that was just killed takes a moment to disappear. */
async function refuseIfOwned(
  { owner, parts }: Owner,
  directory: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const deadline = Date.now() + OWNER_GOING_MS
  while ((await mentions(owner, '')) && (await anyMentions(parts, directory))) {
    if (Date.now() > deadline) throw new DataDirectoryTakenError(directory, owner)
    await delay(POLL_MS, undefined, { signal })
  }
}

async function waitForLeftovers(
  pids: readonly number[],
  directory: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const deadline = Date.now() + LEFTOVER_TIMEOUT_MS
  while (await anyMentions(pids, directory)) {
    if (Date.now() > deadline) {
      for (const pid of pids) if (await mentions(pid, directory)) killGroup(pid)
    }
    await delay(POLL_MS, undefined, { signal })
  }
}

async function anyMentions(pids: readonly number[], text: string): Promise<boolean> {
  for (const pid of pids) if (await mentions(pid, text)) return true
  return false
}

/**
 * Whether the process runs and has the text in its command line: by now, the pid alone may belong
 * to another process.
 */
async function mentions(pid: number, text: string): Promise<boolean> {
  const { stdout } = await run('ps', ['-o', 'stat=', '-o', 'command=', '-p', String(pid)]).catch(
    noneFound,
  )
  const isRunning = stdout.trim() !== '' && !stdout.trimStart().startsWith('Z')
  return isRunning && stdout.includes(text)
}

/** ps ends with 1 where no such process runs. Any other failure must not free the folder. */
function noneFound(error: unknown): { stdout: string } {
  if (isNativeError(error) && 'code' in error && error.code === 1) return { stdout: '' }
  throw error
}

async function readOwner(file: string): Promise<Owner | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const value = toJson(text)
  return isOwner(value) ? value : undefined
}

/** A truncated file, from a machine that stopped, names nobody who could still run. */
function toJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}

function isOwner(value: unknown): value is Owner {
  return (
    typeof value === 'object' &&
    value !== null &&
    'owner' in value &&
    typeof value.owner === 'number' &&
    'parts' in value &&
    Array.isArray(value.parts) &&
    value.parts.every((part) => typeof part === 'number')
  )
}
