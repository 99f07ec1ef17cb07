/**
 * An error that the user can do something about: printed without a stack, and then the exit code.
 */
export class CliError extends Error {
  readonly code = 'cli_error'
  readonly exitCode: number

  constructor(
    message: string,
    options: { readonly exitCode?: number; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'CliError'
    this.exitCode = options.exitCode ?? 1
  }
}
