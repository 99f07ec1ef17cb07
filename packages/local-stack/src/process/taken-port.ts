/** As Node, Kafka, Quarkus and programs in Go report it. */
const REPORTS = [
  /listen EADDRINUSE: address already in use \S*:(\d+)\b/,
  /failed to bind to \S+:(\d+): Address already in use/,
  /Port (\d+) seems to be in use by another process/,
  /listen tcp \S+:(\d+): bind: address already in use/,
] as const

/** The port of which a program says that another process has it; undefined where none does. */
export function takenPortIn(output: string): number | undefined {
  for (const report of REPORTS) {
    const port = report.exec(output)?.[1]
    if (port !== undefined) return Number(port)
  }
  return undefined
}
