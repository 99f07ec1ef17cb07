import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { databaseName } from '@wabastream/contracts'
import { eventually } from './eventually.ts'

const packages = fileURLToPath(new URL('../..', import.meta.url))
/** What tables and views are made of. */
const SOURCES = '{clickhouse,contracts,domain}/src/**/*.ts'
const FIRST_TEMPLATE = 2_000_000_000
const STATEMENTS_AT_ONCE = 4
const MAKING_MS_MAX = 60_000
const READY = 'template_is_ready'

interface Client {
  query<T>(sql: string): Promise<readonly T[]>
  command(sql: string): Promise<void>
}

interface Place {
  readonly generation: number
  readonly viewsDatabase: string
}

type Make = (template: Place) => Promise<void>

interface Table {
  readonly database: string
  readonly name: string
  readonly text: string
  readonly engine: string
  readonly rows: number | null
}

/**
 * Tables and views as `make` makes them, in a quarter of its time: it makes a template once on a
 * server, for each state of the sources, and others are made of the statements that the server
 * keeps of it, which name every type.
 */
export async function copyTemplate({
  client,
  make,
  ...place
}: Place & { readonly client: Client; readonly make: Make }): Promise<void> {
  const template = nameTemplate()
  await ensureTemplate(client, template, make)
  const tables = (await readTables(client, template)).filter(({ name }) => name !== READY)
  const inPlace = (text: string): string =>
    text
      .replaceAll(template.viewsDatabase, place.viewsDatabase)
      .replaceAll(String(template.generation), String(place.generation))
  const databases = new Set(tables.map(({ database }) => inPlace(database)))
  await runAll(
    client,
    Array.from(databases, (name) => `CREATE DATABASE IF NOT EXISTS ${name}`),
  )
  // The views of analysts name their columns, so that none needs what it reads to be there.
  for (const isView of [false, true]) {
    const some = tables.filter(({ engine }) => engine.endsWith('View') === isView)
    await runAll(
      client,
      some.map(({ text }) => inPlace(text)),
    )
  }
  const filled = tables.filter(({ rows }) => (rows ?? 0) > 0)
  await runAll(
    client,
    filled.map(({ database, name }) => {
      const from = `${database}.${name}`
      return `INSERT INTO ${inPlace(from)} SELECT ${columnsOf(name, place)} FROM ${from}`
    }),
  )
}

/** The key of pseudonyms is another in every copy, as in every installation. */
function columnsOf(table: string, { generation }: Place): string {
  if (table === 'pseudonym_key') return '* REPLACE (rand64(1) AS k0, rand64(2) AS k1)'
  if (table === 'generation_moves') return `* REPLACE (toUInt32(${generation}) AS generation)`
  return '*'
}

/** One of several processes makes it, because views lack their comments for a moment. */
async function ensureTemplate(client: Client, template: Place, make: Make): Promise<void> {
  const isReady = async (): Promise<boolean> =>
    (await readTables(client, template)).some(({ name }) => name === READY)
  const making = `${template.viewsDatabase}_making`
  const takesTurn = (): Promise<boolean> =>
    client.command(`CREATE DATABASE ${making}`).then(
      () => true,
      () => false,
    )
  const what = `a template of tables; drop the database ${making} if its maker has ended`
  await eventually(what, async () => (await isReady()) || takesTurn(), MAKING_MS_MAX)
  if (await isReady()) return
  try {
    await make(template)
    await client.command(`CREATE TABLE ${template.viewsDatabase}.${READY} (n UInt8) ENGINE = Null`)
  } finally {
    await client.command(`DROP DATABASE ${making}`)
  }
}

function nameTemplate(): Place {
  const hash = createHash('sha256')
  for (const file of globSync(SOURCES, { cwd: packages }).toSorted()) {
    hash.update(file).update(readFileSync(`${packages}/${file}`))
  }
  const generation = FIRST_TEMPLATE + (hash.digest().readUInt32BE() % 1_000_000_000)
  return { generation, viewsDatabase: `wa_template_${generation}` }
}

function readTables(
  client: Client,
  { generation, viewsDatabase }: Place,
): Promise<readonly Table[]> {
  return client.query<Table>(
    `SELECT database, name, create_table_query AS text, engine, total_rows AS rows
     FROM system.tables
     WHERE database = '${databaseName(generation)}' OR startsWith(database, '${viewsDatabase}')`,
  )
}

async function runAll(client: Client, statements: readonly string[]): Promise<void> {
  const left = [...statements]
  async function work(): Promise<void> {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      await client.command(next)
    }
  }
  await Promise.all(Array.from({ length: STATEMENTS_AT_ONCE }, work))
}
