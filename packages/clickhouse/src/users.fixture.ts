import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFreePort, startClickHouseEngine } from '@wabastream/testing'
import { type ClickHouse } from './client/clickhouse-client.ts'

/** Of `users.sql`, without comments. */
export const statements: readonly string[] = readFileSync(
  new URL('../../../deploy/clickhouse/users.sql', import.meta.url),
  'utf8',
)
  .replaceAll(/--.*$/gm, '')
  .split(';')
  .map((text) => text.trim().replaceAll(/\s+/g, ' '))
  .filter((text) => text !== '')

export function grantsTo(role: string): readonly string[] {
  return statements.filter((text) => text.startsWith('GRANT') && text.endsWith(` TO ${role}`))
}

export interface Limit {
  readonly name: string
  readonly value: string
  readonly min: string | undefined
  readonly max: string | undefined
  readonly isFixed: boolean
}

const profile = statements.find((text) => text.startsWith('CREATE SETTINGS PROFILE')) ?? ''

/** Of those who ask. */
export const limits: readonly Limit[] = profile
  .replace(/^.* SETTINGS /, '')
  .replace(/ TO .*$/, '')
  .split(', ')
  .map((text) => {
    const [, name, value, min, max, fixed] =
      /^(\w+) = '?(\w+)'?(?: MIN (\d+))?(?: MAX (\d+))?( READONLY)?$/.exec(text) ?? []
    if (name === undefined || value === undefined) throw new Error(`cannot read: ${text}`)
    return { name, value, min, max, isFixed: fixed !== undefined }
  })

const roles = statements.flatMap(
  (text) => /^CREATE ROLE IF NOT EXISTS (\w+)$/.exec(text)?.[1] ?? [],
)

/**
 * The roles and the profile in the form of a configuration file, which the embedded engine takes:
 * the statements themselves need a server. Its one user, `default`, has all the roles.
 */
function toUsersFile(path: string): string {
  const query = (text: string): string => `<query>${text}</query>`
  const rights = (role: string): string =>
    grantsTo(role)
      .map((text) => query(text.slice(0, -` TO ${role}`.length)))
      .join('')
  const bounds = ({ name, min, max, isFixed }: Limit): string =>
    [
      `<${name}>`,
      min === undefined ? '' : `<min>${min}</min>`,
      max === undefined ? '' : `<max>${max}</max>`,
      isFixed ? '<readonly/>' : '',
      `</${name}>`,
    ].join('')
  return `<clickhouse>
    <users_config>${path}</users_config>
    <profiles>
      <default/>
      <wabastream_analyst>
        ${limits.map(({ name, value }) => `<${name}>${value}</${name}>`).join('')}
        <constraints>${limits.map(bounds).join('')}</constraints>
      </wabastream_analyst>
    </profiles>
    <roles>${roles.map((role) => `<${role}><grants>${rights(role)}</grants></${role}>`).join('')}</roles>
    <users><default>
      <no_password/><profile>default</profile><quota>default</quota>
      <grants>${roles.map((role) => query(`GRANT ${role}`)).join('')}</grants>
    </default></users>
    <quotas><default/></quotas>
  </clickhouse>`
}

export interface GuardedServer {
  /** Asks with the rights of one role of `users.sql`, and its limits if it has any. */
  as(role: string, settings?: Readonly<Record<string, string>>): ClickHouse
  stop(): Promise<void>
}

/** The engine keeps a profile's bounds, and not its values, which every query has to bring. */
const inProfile = {
  profile: 'wabastream_analyst',
  ...Object.fromEntries(limits.map(({ name, value }) => [name, value])),
}

/** Of the server's own tables, what it shows to everybody, with the rows that they may see. */
const shownToAll = new Set(['columns', 'databases', 'tables', 'time_zones'])

/**
 * Refuses what a server refuses by default (`select_from_system_db_requires_grant`): the embedded
 * engine shows all tables of `system` to everybody, whatever its configuration says.
 */
function assertGrantedOfSystem(role: string, sql: string): void {
  const grants = grantsTo(role)
  for (const [name, table = ''] of sql.matchAll(/\bsystem\.(\w+)/g)) {
    if (shownToAll.has(table) || grants.includes(`GRANT SELECT ON ${name} TO ${role}`)) continue
    throw new Error(`ACCESS_DENIED: ${role} has no grant SELECT on ${name}`)
  }
}

/** An engine of its own on which the roles of `users.sql` have their rights and limits. */
export async function startGuardedServer(): Promise<GuardedServer> {
  const directory = await mkdtemp(join(tmpdir(), 'wabastream-users-'))
  const usersFile = join(directory, 'users.xml')
  await writeFile(usersFile, toUsersFile(usersFile))
  const port = await findFreePort()
  const engine = await startClickHouseEngine({ directory, port, configurationFile: usersFile })
  return {
    as: (role, settings = {}) =>
      createAsker(`http://127.0.0.1:${port}/`, role, {
        ...(profile.includes(role) ? inProfile : {}),
        ...settings,
      }),
    async stop() {
      await engine.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Rejects with the server's own words, which our client leaves out. */
function createAsker(
  address: string,
  role: string,
  settings: Readonly<Record<string, string>>,
): ClickHouse {
  async function ask(body: string, parameters: Readonly<Record<string, string>>): Promise<string> {
    assertGrantedOfSystem(role, body)
    const url = new URL(address)
    for (const [name, value] of Object.entries({ ...parameters, role, ...settings })) {
      url.searchParams.set(name, value)
    }
    const response = await fetch(url, { method: 'POST', body })
    const text = await response.text()
    if (!response.ok) throw new Error(text)
    return text
  }
  return {
    async query<T>(sql: string, params: Readonly<Record<string, unknown>> = {}) {
      const given = Object.entries(params).map(([name, value]) => [`param_${name}`, String(value)])
      const text = await ask(sql, {
        ...Object.fromEntries(given),
        default_format: 'JSONEachRow',
        output_format_json_quote_64bit_integers: '0',
      })
      const lines = text.split('\n').filter((line) => line !== '')
      return lines.map((line): T => JSON.parse(line))
    },
    async command(sql) {
      await ask(sql, {})
    },
    async insert({ database, table, columns }, lines) {
      const query = `INSERT INTO ${database}.${table} (${columns.join(', ')})
        FORMAT JSONCompactEachRow`
      await ask(Buffer.concat(lines).toString(), { query })
    },
    close: () => Promise.resolve(),
  }
}
