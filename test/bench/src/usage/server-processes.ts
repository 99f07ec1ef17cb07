import { readdirSync, readFileSync } from 'node:fs'

/** Parts of the local stack, each with what its command line holds. */
const servers = [
  { server: 'kafka', mark: 'kafka.Kafka' },
  { server: 'registry', mark: 'schema-registry' },
  { server: 'clickhouse', mark: 'local-stack/src/engine/main.ts' },
] as const

type Server = (typeof servers)[number]['server']

/** The servers that this process has started, by pid. Throws if one of them is not there. */
export function findServers(): ReadonlyMap<Server, number> {
  const children = childrenOf(process.pid).map((pid) => ({ pid, command: commandOf(pid) }))
  return new Map(
    servers.map(({ mark, server }) => {
      const found = children.find(({ command }) => command.includes(mark))
      if (found === undefined) throw new Error(`no process of ${server} was started here`)
      return [server, found.pid]
    }),
  )
}

function childrenOf(parent: number): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && parentOf(pid) === parent)
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    // It has ended meanwhile.
    return undefined
  }
}

function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
}
