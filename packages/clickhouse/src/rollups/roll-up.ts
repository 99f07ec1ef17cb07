import { type ClickHouse } from '../client/clickhouse-client.ts'
import { sqlText } from '../client/sql-literal.ts'
import { countedMessages } from '../views/messages-view.ts'
import { dayIn, TIME_ZONE, timeZonesOf } from '../views/number-time-zones.ts'
import { defaultViewsDatabase } from '../views/view-definition.ts'
import { dayMarks, isStaleMark, type Rollup } from './rollup.ts'
import { rollups } from './rollups.ts'

export interface RollUpOptions {
  readonly client: Pick<ClickHouse, 'command' | 'query'>
  /** Of the generation. */
  readonly database: string
  /** Database of the analysts' views. Only tests use another one than `wa`. */
  readonly viewsDatabase?: string
  /**
   * How long a day of a number has to be left alone (ms). An insert may be under way for so long:
   * its mark may be there already, and its rows not yet. Only tests take less.
   */
  readonly quietMs?: number
  readonly signal?: AbortSignal
  /** Gets what was done after each step. */
  readonly onProgress?: (progress: RollUpProgress) => void
}

export interface RollUpProgress {
  /** Days of numbers, and the messages that they have. */
  readonly days: number
  readonly messages: number
  /** Days of numbers that are quiet and are still to be counted. */
  readonly daysLeft: number
}

/** Twice as long as an insert may take before its sink gives it up. */
const QUIET_MS = 60_000

/** What one statement reads, so that it ends well within the time of a request. */
const MESSAGES_PER_STEP = 500_000
const DAYS_PER_STEP = 1_000
const DAYS_PER_PASS = 20_000
/** A list in a statement may have some 8 000 pairs (`max_ast_elements`). */
const DAYS_PER_LIST = 4_000

interface QuietUnit {
  /** Days since 1970. */
  readonly day: number
  readonly number: string
  readonly timeZone: string
}

interface Unit extends QuietUnit {
  readonly messages: number
}

/**
 * Counts the days of numbers that are stale and were left alone for a while, latest first, into the
 * rollups. Resolves with the number of days. It can be killed anywhere, and run by two at once:
 * rows count only from the moment on that the last attempt says it has written them all.
 */
export async function rollUp(options: RollUpOptions): Promise<RollUpProgress> {
  const { onProgress = () => {}, signal } = options
  let done: RollUpProgress = { days: 0, messages: 0, daysLeft: 0 }
  for (;;) {
    const { through, units } = await findQuietUnits(options)
    let left = units.length
    onProgress({ ...done, daysLeft: left })
    for (const step of toSteps(units)) {
      if (signal?.aborted === true) return done
      await countUnits(options, through, step)
      left -= step.length
      done = {
        days: done.days + step.length,
        messages: done.messages + step.reduce((sum, { messages }) => sum + messages, 0),
        daysLeft: left,
      }
      onProgress(done)
    }
    if (units.length < DAYS_PER_PASS) return done
  }
}

async function findQuietUnits({
  client,
  database,
  viewsDatabase = defaultViewsDatabase,
  quietMs = QUIET_MS,
}: RollUpOptions): Promise<{ readonly through: string; readonly units: readonly Unit[] }> {
  const [moment] = await client.query<{ readonly through: string }>(
    `SELECT toString(now64(6, 'UTC') - toIntervalMillisecond(${quietMs})) AS through`,
  )
  const through = moment?.through ?? ''
  const units = await client.query<QuietUnit>(`
    SELECT toUInt32(toUInt16(marks.anchor_day)) AS day, marks.number AS number,
      ${TIME_ZONE} AS timeZone
    FROM ${dayMarks(database)} ${timeZonesOf(viewsDatabase, 'marks.number')}
    WHERE marked <= toDateTime64(${sqlText(through)}, 6, 'UTC') AND ${isStaleMark('timeZone')}
    ORDER BY day DESC, number LIMIT ${DAYS_PER_PASS}`)
  return { through, units: await countMessages(client, database, units) }
}

async function countMessages(
  client: Pick<ClickHouse, 'query'>,
  database: string,
  units: readonly QuietUnit[],
): Promise<readonly Unit[]> {
  const messages = new Map<string, number>()
  for (let start = 0; start < units.length; start += DAYS_PER_LIST) {
    const some = units.slice(start, start + DAYS_PER_LIST)
    const rows = await client.query<Omit<Unit, 'timeZone'>>(`
      SELECT toUInt32(toUInt16(anchor_day)) AS day, number, count() AS messages
      FROM ${database}.message_timeline WHERE (anchor_day, number) IN (${toKeys(some)})
      GROUP BY day, number`)
    for (const row of rows) messages.set(`${row.day} ${row.number}`, row.messages)
  }
  return units.map((unit) => ({
    ...unit,
    messages: messages.get(`${unit.day} ${unit.number}`) ?? 0,
  }))
}

const toKeys = (units: readonly QuietUnit[]): string =>
  units.map(({ day, number }) => `(toDate(${day}), ${sqlText(number)})`).join(', ')

function toSteps(units: readonly Unit[]): readonly (readonly Unit[])[] {
  const steps: Unit[][] = []
  let messages = Infinity
  for (const unit of units) {
    const last = steps.at(-1)
    messages += unit.messages
    if (last === undefined || messages > MESSAGES_PER_STEP || last.length >= DAYS_PER_STEP) {
      steps.push([unit])
      messages = unit.messages
    } else {
      last.push(unit)
    }
  }
  return steps
}

/**
 * The attempt is on record before its rows are, and they count only if it is the last one then.
 * Merges may have removed what an earlier attempt wrote.
 */
async function countUnits(
  { client, database }: RollUpOptions,
  through: string,
  units: readonly Unit[],
): Promise<void> {
  const [given] = await client.query<{ readonly version: string }>(
    `SELECT toString(toUInt64(toUnixTimestamp64Micro(now64(6))) * 1024 + rand64() % 1024) AS version`,
  )
  const version = given?.version ?? '0'
  const mark = (columns: string, toValues: (unit: Unit) => string): Promise<void> =>
    client.command(`INSERT INTO ${database}.day_marks (anchor_day, number, ${columns}) VALUES
      ${units.map((unit) => `(${unit.day}, ${sqlText(unit.number)}, ${toValues(unit)})`).join(', ')}`)
  await mark('attempt', () => version)
  for (const timeZone of new Set(units.map((unit) => unit.timeZone))) {
    const ofZone = units.filter((unit) => unit.timeZone === timeZone)
    for (const rollup of rollups) {
      await client.command(toInsert({ database, rollup, timeZone, units: ofZone, version }))
    }
  }
  const ended = `${version}, ${sqlText(through)}`
  await mark('rolled_up', ({ timeZone }) => `(${ended}, ${sqlText(timeZone)})`)
}

function toInsert({
  database,
  rollup,
  timeZone,
  units,
  version,
}: {
  readonly database: string
  readonly rollup: Rollup
  readonly timeZone: string
  readonly units: readonly Unit[]
  readonly version: string
}): string {
  const { columns, select, table } = rollup
  const names = ['anchor_day', 'number', ...columns].join(', ')
  const counted = select({
    messages: countedMessages(database, `(t.anchor_day, t.number) IN (${toKeys(units)})`),
    dayOf: (time) => dayIn(sqlText(timeZone), time),
    joins: '',
  })
  return `INSERT INTO ${database}.${table} (version, ${names})
    SELECT ${version}, ${names} FROM (${counted})
    SETTINGS max_partitions_per_insert_block = 0`
}
