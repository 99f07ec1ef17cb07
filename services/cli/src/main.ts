import { ConfigError } from '@wabastream/service-host'
import { CliError } from './cli-error.ts'
import { createProgram } from './program.ts'
import { createTerminal } from './terminal.ts'

const EXIT_CONFIG = 2

const terminal = createTerminal()
// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1)
})
try {
  await createProgram(terminal).parseAsync()
} catch (error) {
  if (error instanceof ConfigError || error instanceof CliError) {
    terminal.note(terminal.paint.red(error.message))
    process.exitCode = error instanceof CliError ? error.exitCode : EXIT_CONFIG
  } else {
    terminal.note(terminal.paint.red(describe(error)))
    process.exitCode = 1
  }
}

/** An error with a code tells what to do; any other is a bug, and its place matters. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? error.code : undefined
  if (code === 'ports_taken') return `${error.message} (--free-ports takes any that are free.)`
  return typeof code === 'string' ? error.message : error.stack ?? error.message
}
