import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { spawnGuarded } from '@wabastream/testing'

const root = fileURLToPath(new URL('../../../', import.meta.url))

export interface CommandProcess {
  /** What it has printed so far, on either stream. */
  output(): string
  /** Standard output alone. */
  result(): string
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>
  /** Ctrl-C. */
  interrupt(): void
}

/**
 * A command of wabastream, as a user runs it in another terminal beside a running `start`; without
 * a folder of data, against what the settings name. `code` is the root of the version that runs.
 */
export function startCommand(
  dataDirectory: string | null,
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
  code: string = root,
): CommandProcess {
  const child = spawnGuarded(
    process.execPath,
    [
      'services/cli/src/main.ts',
      ...args,
      ...(dataDirectory === null ? [] : ['--data', dataDirectory]),
    ],
    {
      cwd: code,
      env: {
        PATH: process.env['PATH'],
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        HOME: process.env['HOME'],
        NO_COLOR: '1',
        ...settings,
      },
    },
  )
  child.stdin.end()
  let output = ''
  let result = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    result += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  return {
    output: () => output,
    result: () => result,
    ended: once(child, 'close').then(() => child.exitCode),
    interrupt: () => {
      child.kill('SIGINT')
    },
  }
}
