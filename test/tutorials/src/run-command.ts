import { once } from 'node:events'
import { dirname, delimiter, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { spawnGuarded } from '@wabastream/testing'

/** Set by whoever started this process: npm, turbo and Jest. A reader's shell has none of it. */
const OF_THE_RUNNER = /^(npm_|TURBO_HASH$|JEST_|NODE_OPTIONS$|NODE_ENV$|INIT_CWD$)/

export interface Outcome {
  /** Null if it did not end in time. */
  readonly code: number | null
  /** Both streams, without colours. */
  readonly output: string
}

export interface Shell {
  readonly directory: string
  /** Beside what is set here. */
  readonly variables: Readonly<Record<string, string>>
  /** When what then runs is killed, by the clock of `Date.now()`. */
  readonly endsAtMs: number
}

/** Runs the lines of a block in a shell, until the first that fails, as a reader would. */
export async function runCommand(command: string, shell: Shell): Promise<Outcome> {
  const child = spawnGuarded('/bin/sh', ['-ec', `exec 2>&1\n${command}`], {
    cwd: shell.directory,
    env: readerEnvironment(shell),
  })
  child.stdin.end()
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const timer = setTimeout(() => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  }, shell.endsAtMs - Date.now())
  await once(child, 'close')
  clearTimeout(timer)
  return { code: child.exitCode, output: stripVTControlCharacters(output) }
}

/** Node as here, the copy's own programs, and the addresses of the stack that is running. */
function readerEnvironment({ directory, variables }: Shell): NodeJS.ProcessEnv {
  const given = Object.entries(process.env).filter(([name]) => !OF_THE_RUNNER.test(name))
  const path = [
    dirname(process.execPath),
    join(directory, 'node_modules/.bin'),
    process.env['PATH'] ?? '',
  ]
  return {
    ...Object.fromEntries(given),
    ...variables,
    PATH: path.join(delimiter),
    NO_COLOR: '1',
    TURBO_TELEMETRY_DISABLED: '1',
    WABASTREAM_TUTORIAL: '1',
  }
}
