import {
  type ClickHouse,
  type ClickHouseOptions,
  connectServers,
  createClickHouse,
  replicationOf,
} from '@wabastream/clickhouse'
import { clickhouseClusterFields, readConfig } from '@wabastream/service-host'
import { z } from 'zod'

const schema = z.object(clickhouseClusterFields)

type Options = Omit<ClickHouseOptions, 'replication'>

const readCluster = () => readConfig({ schema, env: process.env, service: 'wabastream' })

/** A client for the server, or for the cluster that the environment names. */
export function connectClickHouse(options: Options): ClickHouse {
  return createClickHouse({ ...options, replication: replicationOf(readCluster()) })
}

/** Every server of that cluster by itself, for what each has to be asked to do. */
export function connectClickHouseServers(options: Options): ReturnType<typeof connectServers> {
  return connectServers(options, readCluster())
}
