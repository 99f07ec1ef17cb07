/** One fact that must hold of every adapter of a port. `verify` gets a new, empty one. */
export interface ConformanceCase<Port> {
  readonly title: string
  readonly verify: (port: Port) => Promise<void> | void
}
