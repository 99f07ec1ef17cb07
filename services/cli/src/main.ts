import { ConfigError } from '@wabastream/service-host'
import { CliError } from './output/cli-error.ts'
import { describeError } from './output/describe-error.ts'
import { createProgram } from './program.ts'
import { createTerminal } from './output/terminal.ts'

const EXIT_CONFIG = 2

const terminal = createTerminal()
// It is no failure if a reader has seen enough (`| head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1)
})
try {
  const program = await createProgram(terminal, process.argv.slice(2))
  await program.parseAsync()
} catch (error) {
  if (error instanceof ConfigError || error instanceof CliError) {
    terminal.note(terminal.paint.red(error.message))
    process.exitCode = error instanceof CliError ? error.exitCode : EXIT_CONFIG
  } else {
    terminal.note(terminal.paint.red(describeError(error)))
    process.exitCode = 1
  }
}
