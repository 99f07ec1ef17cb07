import { parseServerAddress } from '@wabastream/contracts'
import {
  type ClickHouse,
  type ClickHouseOptions,
  createClickHouse,
} from '../client/clickhouse-client.ts'
import { type ClusterSettings, replicationOf } from './replication.ts'

export interface Servers {
  /** The first of a cluster, or the only one. */
  readonly client: ClickHouse
  /** The others of a cluster; undefined if there is none. */
  readonly others: readonly ClickHouse[] | undefined
  close(): Promise<void>
}

/**
 * Every server of a cluster by its own address, with the user and password of `url` where that
 * names none; or the one at `url`.
 */
export function connectServers(
  options: Omit<ClickHouseOptions, 'replication'>,
  settings: ClusterSettings,
): Servers {
  const replication = replicationOf(settings)
  const { password, username } = parseServerAddress(options.url)
  const [first, ...rest] = (settings.clickhouseReplicas ?? []).map((url) =>
    createClickHouse({
      ...options,
      url,
      replication,
      ...(parseServerAddress(url).username === '' && { username, password }),
    }),
  )
  const client = first ?? createClickHouse(options)
  return {
    client,
    others: first === undefined ? undefined : rest,
    async close() {
      await Promise.all([client, ...rest].map((one) => one.close()))
    },
  }
}
