// Goal: every statement that makes and changes tables and views is one that a cluster takes.
// Method: two embedded engines with a real ZooKeeper, all migrations, and the views above them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { databaseName } from '@wabastream/contracts'
import {
  ensureJavaDownloads,
  findFreePort,
  type GuardedProcess,
  startZooKeeper,
} from '@wabastream/testing'
import { analysisDatabase, databasesOfViews, secretsDatabase } from '../analysis/analysis-views.ts'
import { findPendingMigrations, migrate } from '../migrations/migrate.ts'
import { viewTexts } from '../views/all-views.ts'
import { joinServers } from './join-servers.ts'
import { type Replica, startReplica } from './replica.fixture.ts'
import { readServerState } from './server-state.ts'

const TIMEOUT_MS = 180_000
const generation = 7
const database = databaseName(generation)
const views = 'wa_cluster'
const databases = [database, views, secretsDatabase(views)]
const directory = mkdtempSync(join(tmpdir(), 'wabastream-cluster-'))
const replicas: Replica[] = []
let zooKeeper: GuardedProcess

async function prepare(): Promise<void> {
  const [first, ...others] = replicas.map(({ client }) => client)
  if (first === undefined) throw new Error('no server is up')
  const numberTimeZones = { '*': 'America/Sao_Paulo' }
  await migrate({
    client: first,
    others,
    generation,
    retentionDays: 400,
    numberTimeZones,
    viewsDatabase: views,
  })
}

interface Table {
  readonly name: string
  readonly engine: string
  readonly text: string
}

const isReplicated = ({ engine }: Table): boolean => engine.startsWith('Replicated')
/** Materialized views hold no rows: each server has them for what is inserted there. */
const isStream = ({ engine }: Table): boolean => engine === 'MaterializedView'

function tablesOf({ plain }: Replica): Promise<readonly Table[]> {
  return plain.query<Table>(
    `SELECT concat(database, '.', name) AS name, engine, create_table_query AS text
     FROM system.tables WHERE database IN {databases:Array(String)} 
       AND (engine LIKE '%MergeTree' OR engine = 'MaterializedView')
     ORDER BY name`,
    { databases },
  )
}

function serverOf(index: number): Replica {
  const replica = replicas[index]
  if (replica === undefined) throw new Error(`server ${index} is not up`)
  return replica
}

beforeAll(async () => {
  const { kafkaLibraries: libraries } = await ensureJavaDownloads(() => undefined)
  const zooKeeperPort = await findFreePort()
  zooKeeper = await startZooKeeper({ libraries, directory: `${directory}/zk`, port: zooKeeperPort })
  for (const [name, logLevel] of [
    ['one', 'debug'],
    ['two', 'none'],
  ] as const) {
    const place = { directory: `${directory}/${name}`, name, zooKeeperPort }
    replicas.push(await startReplica({ ...place, logLevel, all: replicas }))
  }
  await prepare()
}, TIMEOUT_MS)

afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()))
  await zooKeeper.stop()
  rmSync(directory, { recursive: true, force: true })
}, TIMEOUT_MS)

describe('a cluster', () => {
  it('has replicated tables alone, the same on each server, and none drops a block', async () => {
    const [one = [], two = []] = await Promise.all(replicas.map(tablesOf))
    const single = one.filter((table) => !isReplicated(table) && !isStream(table))
    expect(single.map(({ name }) => name)).toEqual([
      `${secretsDatabase(views)}.made_views`,
      `${database}.migrations`,
    ])
    const shared = one.filter(isReplicated)
    expect(shared.length).toBeGreaterThan(12)
    expect(two).toEqual(one)
    for (const { text } of shared) {
      expect(text).toContain('replicated_deduplication_window = 0')
      expect(text).toContain('replicated_deduplication_window_for_async_inserts = 0')
    }
  })

  it(
    'shows the same views above them',
    async () => {
      const { plain } = serverOf(1)
      await Promise.all(
        Array.from(viewTexts, async ([name, { parameters }]) => {
          const given = parameters === undefined ? '' : '(since = today())'
          const view = `${analysisDatabase(views)}.${name}${given}`
          expect(await plain.query(`SELECT * FROM (EXPLAIN SELECT * FROM ${view})`)).not.toEqual([])
        }),
      )
    },
    TIMEOUT_MS,
  )

  it('writes with a quorum, one insert after the other, and without looking for blocks that came before', async () => {
    const { log, writer } = serverOf(0)
    const target = { database, table: 'numbers', columns: ['number'] }
    await expect(writer.insert(target, [Buffer.from('["1"]')])).rejects.toThrow(
      'TOO_FEW_LIVE_REPLICAS (code 285)',
    )
    const [sink] = (await log()).match(/Create ReplicatedMergeTreeSink \w+\.numbers .*/g) ?? []
    expect(sink).toContain('async_insert=false, deduplicate=false, quorum_size=majority')
    expect(sink).toContain('quorum_parallel=false')
    expect(await writer.query(`SELECT number FROM ${database}.numbers`)).toEqual([])
  })

  it('says of each server which tables it cannot write to', async () => {
    // Which is all of them, as the embedded engine has no port for other servers.
    const shared = (await tablesOf(serverOf(0))).filter(isReplicated)
    expect(await readServerState(serverOf(0).plain, generation, views)).toMatchObject({
      pendingMigrations: [],
      readOnlyTables: shared.map(({ name }) => name),
    })
  })

  it(
    'gives a server that lost everything the tables of the other one',
    async () => {
      const tables = async () =>
        (await tablesOf(serverOf(1))).filter((table) => isReplicated(table) || isStream(table))
      const before = await tables()
      expect(before.some(isStream)).toBe(true)
      const { plain } = serverOf(1)
      for (const one of [database, ...databasesOfViews(views)]) {
        await plain.command(`DROP DATABASE ${one} SYNC`)
      }
      const servers = replicas.map(({ client }) => client)
      await joinServers(servers, database, views)
      expect(await tables()).toEqual(before)
      expect(await findPendingMigrations(plain, generation)).toEqual([])
    },
    TIMEOUT_MS,
  )

  it('is not made of tables that were a single server’s', async () => {
    const { plain } = serverOf(0)
    await plain.command(`CREATE TABLE ${database}.older (x Int8) ENGINE = MergeTree ORDER BY x`)
    await expect(prepare()).rejects.toMatchObject({
      code: 'not_replicated',
      message: expect.stringContaining(`${database}.older: made for a single server`),
    })
  })
})
