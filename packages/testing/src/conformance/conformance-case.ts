/** One fact that must hold for every adapter of a port. `verify` gets a new, empty adapter. */
export interface ConformanceCase<Port> {
  readonly title: string
  readonly verify: (port: Port) => Promise<void> | void
}
