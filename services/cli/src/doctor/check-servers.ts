import { readServerState, type ServerState } from '@wabastream/clickhouse'
import { type connectClickHouseServers } from '../installation/connect-clickhouse.ts'
import { type Finding, findingsOf } from './finding.ts'

/** Checks each server of a cluster by itself; nothing where there is none. */
export async function checkServers(
  { client, others }: ReturnType<typeof connectClickHouseServers>,
  generation: number,
  viewsDatabase?: string,
): Promise<readonly Finding[]> {
  if (others === undefined) return []
  const states: ServerState[] = []
  for (const server of [client, ...others]) {
    states.push(await readServerState(server, generation, viewsDatabase))
  }
  return describeServers(states)
}

/** Servers are named by their place in CLICKHOUSE_REPLICAS. */
export function describeServers(states: readonly ServerState[]): readonly Finding[] {
  const findings = findingsOf('clickhouse')
  const found = states.flatMap((state, index): readonly Finding[] => {
    const server = `server ${index + 1} of ${states.length}`
    const { incompleteTables, pendingMigrations, readOnlyTables } = state
    return [
      ...(pendingMigrations.length === 0
        ? []
        : [
            findings.broken(
              `${server}: migrations are to be run: ${pendingMigrations.join(', ')}`,
              'wabastream prepare',
            ),
          ]),
      ...(readOnlyTables.length === 0
        ? []
        : [
            findings.broken(
              `${server} cannot write to ${readOnlyTables.join(', ')}`,
              'does it reach ClickHouse Keeper, and has it an interserver_http_port?',
            ),
          ]),
      ...(incompleteTables.length === 0
        ? []
        : [
            findings.warning(
              `${server}: replicas are away of ${incompleteTables.join(', ')}`,
              'start the server that has them, or SYSTEM DROP REPLICA where it is gone for good',
            ),
          ]),
    ]
  })
  return found.length > 0
    ? found
    : [findings.ok(`all ${states.length} servers have the tables, and all replicas are there`)]
}
