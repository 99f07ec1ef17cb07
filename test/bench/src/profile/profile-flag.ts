import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Command } from 'commander'
import { createProfiler, noProfiler, type Profiler } from './profiler.ts'

export interface ProfileFlag {
  /** A directory; true if none was given. */
  readonly profile?: string | true
}

export function addProfileFlag(command: Command): Command {
  return command.option(
    '--profile [directory]',
    'write CPU profiles of the services and print their top functions',
  )
}

/**
 * Runs a bench with the profiler that the flag asks for, then prints what it found: to the error
 * output, so that figures as JSON stay apart.
 */
export async function withProfiler(
  { profile }: ProfileFlag,
  bench: (profiler: Profiler) => Promise<void>,
): Promise<void> {
  const profiler =
    profile === undefined ? noProfiler : await createProfiler(await folderOf(profile))
  await bench(profiler)
  const text = await profiler.render()
  if (text !== '') process.stderr.write(`${text}\n`)
}

/** Without a directory the profiles go into a new one among the temporary ones. */
async function folderOf(profile: string | true): Promise<string> {
  return profile === true ? await mkdtemp(join(tmpdir(), 'wabastream-profile-')) : resolve(profile)
}
