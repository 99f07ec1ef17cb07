import { PortError } from '@wabastream/processing'
import { type ClickHouse } from '../client/clickhouse-client.ts'
import { sqlText } from '../client/sql-literal.ts'
import { runStatement } from '../migrations/run-statement.ts'

/** Time zones by the business's phone number id; `*` is every number that is not named. */
export type NumberTimeZones = Readonly<Record<string, string>>

const EVERY_NUMBER = '*'

/** The server's data of time zones lack one: a person has to choose another. */
export class TimeZoneError extends PortError<'unknown_time_zone'> {
  override readonly name = 'TimeZoneError'

  constructor(message: string) {
    super('unknown_time_zone', message)
  }
}

/** What people say, of whatever generation: which time zone a number's days are of. */
export async function createTimeZones(client: ClickHouse, viewsDatabase: string): Promise<void> {
  await runStatement(client, `CREATE DATABASE IF NOT EXISTS ${viewsDatabase}`)
  await runStatement(
    client,
    `
    CREATE TABLE IF NOT EXISTS ${viewsDatabase}.number_time_zones (
      number String, time_zone String, set_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
    ) ENGINE = ReplacingMergeTree(set_at) ORDER BY number`,
  )
}

/**
 * Gives each number its time zone, and those that are not named the one of `*`, else UTC. Resolves
 * with the number of changes. Throws a TimeZoneError when the server knows no such time zone.
 */
export async function setTimeZones(
  client: ClickHouse,
  viewsDatabase: string,
  zones: NumberTimeZones,
): Promise<number> {
  await assertKnown(client, Object.values(zones))
  await createTimeZones(client, viewsDatabase)
  const table = `${viewsDatabase}.number_time_zones`
  const rows = await client.query<{ readonly number: string; readonly time_zone: string }>(
    `SELECT number, time_zone FROM ${table} FINAL`,
  )
  const given = new Map(Object.entries(zones))
  const set = new Map(rows.map(({ number, time_zone }) => [number, time_zone]))
  // Who is no longer named has an empty time zone, and so that of all others.
  const changes = [...new Set([...given.keys(), ...set.keys()])]
    .map((number) => ({ number, was: set.get(number) ?? '', is: given.get(number) ?? '' }))
    .filter(({ was, is }) => was !== is)
  if (changes.length === 0) return 0
  const values = changes.map(({ number, is }) => `(${sqlText(number)}, ${sqlText(is)})`)
  await runStatement(client, `INSERT INTO ${table} (number, time_zone) VALUES ${values.join(', ')}`)
  return changes.length
}

async function assertKnown(client: ClickHouse, zones: readonly string[]): Promise<void> {
  const rows = await client.query<{ readonly time_zone: string }>(
    'SELECT time_zone FROM system.time_zones WHERE time_zone IN ({zones:Array(String)})',
    { zones },
  )
  const known = new Set(rows.map(({ time_zone }) => time_zone))
  const unknown = [...new Set(zones)].filter((zone) => !known.has(zone))
  if (unknown.length === 0) return
  throw new TimeZoneError(
    `ClickHouse knows no time zone ${unknown.join(', ')}: set NUMBER_TIME_ZONES to names such as ` +
      'America/Sao_Paulo, which system.time_zones lists',
  )
}

/** Of a query that joins `timeZonesOf`: the time zone of the row's number. */
export const TIME_ZONE = "if(own_zone.time_zone != '', own_zone.time_zone, every_zone.time_zone)"

/**
 * The day of a time in a time zone. UTC, which most have, costs no calendar: the engine leaves
 * `toString` out where the condition decides, as it does not with `formatDateTime`.
 */
export const dayIn = (timeZone: string, time: string): string =>
  `if(${timeZone} = 'UTC', toDate(${time}, 'UTC'),
          toDate(left(toString(${time}, ${timeZone}), 10)))`

/** The day of a time in the time zone of the number, of a query that joins `timeZonesOf`. */
export const dayOf = (time: string): string => dayIn(TIME_ZONE, time)

/** Joins the time zone to rows of `number`. */
export const timeZonesOf = (views: string, number: string): string => `
      LEFT ANY JOIN (SELECT number, time_zone FROM ${views}.number_time_zones FINAL) AS own_zone
        ON own_zone.number = ${number}
      CROSS JOIN (
        SELECT if(max(time_zone) = '', 'UTC', max(time_zone)) AS time_zone
        FROM ${views}.number_time_zones FINAL WHERE number = '${EVERY_NUMBER}') AS every_zone`
