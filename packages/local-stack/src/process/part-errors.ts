/** A program that did not come up. Its message has what the user needs: no stack is to be shown. */
export class PartFailedError extends Error {
  readonly code = 'part_failed'
}

/** A program ended because another process has a port that was to be its own. */
export class PortTakenError extends Error {
  readonly code = 'port_taken'
  readonly port: number

  constructor(name: string, port: number) {
    super(
      `${name} cannot listen on port ${port} of 127.0.0.1: another process has it ` +
        `(lsof -i :${port} shows it).`,
    )
    this.port = port
  }
}
