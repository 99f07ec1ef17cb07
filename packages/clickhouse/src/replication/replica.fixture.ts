import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { findFreePort, type GuardedProcess, startClickHouseEngine } from '@wabastream/testing'
import { type ClickHouse, createClickHouse } from '../client/clickhouse-client.ts'
import { ClickHouseError } from '../client/clickhouse-error.ts'

const TABLE_IS_READ_ONLY = 242
const REPLICATED = /ENGINE = Replicated(\w+)\(('[^']*', '[^']*')(?:, )?([^()]*)\)/
const PLAIN = /ENGINE = (\w+)(?:\(([^()]*)\))?/

/**
 * A server of a cluster. The embedded engine has no port for other servers, so its replicated
 * tables are made and can be read, and it refuses to write to them once it has looked at the
 * statement.
 */
export interface Replica {
  /** As `prepare` has it; refusals to write are taken for what the servers of a cluster do. */
  readonly client: ClickHouse
  /** Without replication. */
  readonly plain: ClickHouse
  /** As a sink has it. */
  readonly writer: ClickHouse
  /** What the engine says of its work. */
  log(): Promise<string>
  stop(): Promise<void>
}

export async function startReplica({
  directory,
  name,
  zooKeeperPort,
  logLevel,
  all,
}: {
  readonly directory: string
  readonly name: string
  readonly zooKeeperPort: number
  readonly logLevel: 'debug' | 'none'
  /** The servers of the cluster, this one among them as soon as it is up. */
  readonly all: readonly Replica[]
}): Promise<Replica> {
  await mkdir(directory, { recursive: true })
  const configurationFile = `${directory}/config.xml`
  await writeFile(
    configurationFile,
    `<clickhouse>
      <zookeeper>
        <node><host>127.0.0.1</host><port>${zooKeeperPort}</port></node>
        <sessions_path>/sessions/${name}</sessions_path>
      </zookeeper>
      <macros><shard>1</shard><replica>${name}</replica></macros>
      <logger><level>${logLevel}</level><console>1</console></logger>
    </clickhouse>`,
  )
  const port = await findFreePort()
  const engine: GuardedProcess = await startClickHouseEngine({ directory, port, configurationFile })
  const url = `http://127.0.0.1:${port}`
  const plain = createClickHouse({ url })
  const writer = createClickHouse({ url, replication: { insertQuorum: 'auto' } })
  return {
    client: { ...writer, ...allowingWrites(writer, all) },
    plain,
    writer,
    log: () => readFile(`${directory}/clickhouse.log`, 'utf8'),
    async stop() {
      await Promise.all([plain.close(), writer.close()])
      await engine.kill()
    },
  }
}

function allowingWrites(
  writer: ClickHouse,
  all: readonly Replica[],
): Pick<ClickHouse, 'command' | 'insert'> {
  return {
    async command(sql) {
      // The engine would go on trying for minutes. What a server keeps for itself is written.
      if (/^\s*INSERT INTO (?!\w+\.(migrations|made_views))/.test(sql)) return
      try {
        await writer.command(sql)
      } catch (error) {
        if (!(error instanceof ClickHouseError) || error.serverCode !== TABLE_IS_READ_ONLY) {
          throw error
        }
        if (/ADD (COLUMN|INDEX)/.test(sql)) await changeTables(sql, all)
      }
    },
    insert: () => Promise.resolve(),
  }
}

const changes = new Set<string>()

/** The tables are empty: an ALTER of one is the same as making it again with what it adds. */
async function changeTables(sql: string, all: readonly Replica[]): Promise<void> {
  // What one server has changed has reached the others before they are asked.
  const [first] = all
  if (first === undefined || changes.has(sql)) return
  changes.add(sql)
  const [, database = '', table = ''] = /ALTER TABLE (\w+)\.(\w+)/.exec(sql) ?? []
  const copy = `${database}_copy`
  const text = await textOf(first.plain, database, table)
  const place = REPLICATED.exec(text)?.[2] ?? ''
  await first.plain.command(`CREATE DATABASE ${copy}`)
  await first.plain.command(
    text.replace(REPLICATED, 'ENGINE = $1($3)').replace(`${database}.`, `${copy}.`),
  )
  await first.plain.command(sql.replace(`${database}.`, `${copy}.`))
  const changed = (await textOf(first.plain, copy, table))
    .replace(`${copy}.`, `${database}.`)
    .replace(PLAIN, (_, engine: string, given = '') => {
      const parts = [place, ...(given === '' ? [] : [given])]
      return `ENGINE = Replicated${engine}(${parts.join(', ')})`
    })
  await first.plain.command(`DROP DATABASE ${copy} SYNC`)
  for (const { plain } of all) await plain.command(`DROP TABLE ${database}.${table} SYNC`)
  for (const { plain } of all) await plain.command(changed)
}

async function textOf(client: ClickHouse, database: string, table: string): Promise<string> {
  const [found] = await client.query<{ readonly text: string }>(
    `SELECT create_table_query AS text FROM system.tables
     WHERE database = {database:String} AND name = {table:String}`,
    { database, table },
  )
  return found?.text ?? ''
}
