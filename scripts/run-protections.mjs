// Takes out each protection, one after the other: its fault case has to fail without it, and to
// pass with it. Ends with one table, and leaves its results for a run that continues from there.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { protections } from '../test/faults/src/protections/protections.ts'
import { EXIT_INTERRUPTED, forEachCase, isInterrupted, runCase } from './fault-jest.mjs'
import { root } from './toolchain.mjs'

/**
 * A case may fail by never ending. Minutes are enough to see that, even on a busy machine; the
 * caller's settings win.
 */
const ENVIRONMENT = {
  WABASTREAM_OUTAGE_SECONDS: '12',
  WABASTREAM_SILENCE_SECONDS: '15',
  WABASTREAM_ROUNDS: '1',
  WABASTREAM_RECOVERY_SECONDS: '120',
}
/** Longer than any case waits for anything, so only a run that hangs gets here. */
const LIMIT_MS = 30 * 60_000
/** A machine may be too busy to start everything. */
const STARTS_MAX = 2
const NOTICED = 'noticed'
const CODE_FRAME = /^(?:> )?\d* ?\||^@@/
const LOOK_LENGTH_MAX = 160
const logs = join(root, '.cache/protections')
const { from, only, control } = JSON.parse(process.argv[2] ?? '{}')
const names = new Set(protections.map(({ name }) => name))

const unknown = [...(only ?? []), ...(from === undefined ? [] : [from])].filter(
  (name) => !names.has(name),
)
if (unknown.length > 0) {
  console.error(`No protection is called '${unknown.join("', '")}'. There are:`)
  for (const name of names) console.error(name)
  process.exit(2)
}
mkdirSync(logs, { recursive: true })
const wanted = protections.filter(({ name }) => only === undefined || only.includes(name))
const start = Math.max(
  0,
  wanted.findIndex(({ name }) => name === from),
)
const chosen = wanted.slice(start)
const unsound = new Map()
await forEachCase(control ? [...new Set(chosen.map((one) => one.case))] : [], async (name) => {
  const { code, output } = await runStarted(name, ENVIRONMENT)
  console.log(`${name} ${code === 0 ? 'passes' : 'FAILS'} with all in place`)
  if (code === 0) return
  unsound.set(name, lookOf(output, {}))
  writeFileSync(join(logs, `${name}.log`), output)
})
const seen = await forEachCase(chosen, async (protection, index) => {
  const row = await takeOut(protection)
  writeFileSync(rowFile(row), JSON.stringify(row))
  console.log(
    `${index + 1} of ${chosen.length}: ${row.case} without ${row.name}: ` +
      `${row.verdict}: ${row.look}`,
  )
  return row
})
const rows = [...wanted.slice(0, start).map(readRow), ...seen]
print(rows)
const isEachNoticed = rows.length === wanted.length && rows.every(isNoticed)
process.exitCode = isInterrupted() ? EXIT_INTERRUPTED : Number(!isEachNoticed)

async function takeOut({ name, case: faultCase }) {
  const row = (look, verdict) => ({ name, case: faultCase, look, verdict })
  if (unsound.has(faultCase)) return row(unsound.get(faultCase), 'NOT SHOWN: fails with it, too')
  const { code, output, result, isTimedOut } = await runStarted(faultCase, {
    ...ENVIRONMENT,
    WABASTREAM_WITHOUT: name,
  })
  writeFileSync(join(logs, `${name}.log`), output)
  if (code === 0) return row('the case passed', 'NOT NOTICED')
  const look = lookOf(output, result)
  if (isTimedOut) return row(look, 'NOT SHOWN: it hung')
  return row(look, hasBegun(result) ? NOTICED : 'NOT SHOWN: it did not start')
}

/** Tries once more if the parts did not come up, which says nothing about a fault. */
async function runStarted(name, environment) {
  const given = Object.keys(ENVIRONMENT).filter((key) => process.env[key] !== undefined)
  const own = Object.fromEntries(given.map((key) => [key, process.env[key]]))
  const options = { environment: { ...environment, ...own }, isQuiet: true, limitMs: LIMIT_MS }
  for (let starts = 1; ; starts += 1) {
    const outcome = await runCase(name, options)
    const isDone = outcome.code === 0 || hasBegun(outcome.result) || isInterrupted()
    if (isDone || starts >= STARTS_MAX) return outcome
  }
}

/** A case says so once everything runs. */
function hasBegun(result) {
  return result.seed !== undefined
}

function isNoticed({ verdict }) {
  return verdict === NOTICED
}

function rowFile({ name }) {
  return join(logs, `${name}.json`)
}

/** The results of an earlier run. */
function readRow(protection) {
  const file = rowFile(protection)
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  return { name: protection.name, case: protection.case, look: '-', verdict: 'NOT RUN' }
}

/** What was lost, doubled or different, or the error if the case did not get that far. */
function lookOf(output, result) {
  const wrong = ['lost', 'doubled', 'differing'].filter((what) => result[what] > 0)
  if (wrong.length > 0) return wrong.map((what) => `${result[what]} ${what}`).join(', ')
  const lines = stripVTControlCharacters(output)
    .split('\n')
    .map((line) => line.trim())
  const begin = lines.findIndex((line) => line.startsWith('●'))
  return lines
    .slice(begin + 1)
    .filter((line) => line !== '' && !CODE_FRAME.test(line))
    .slice(0, 8)
    .join(' | ')
    .slice(0, LOOK_LENGTH_MAX)
}

function print(all) {
  const line = ({ name, case: faultCase, verdict, look }) =>
    console.log(
      [
        name.padEnd(width('name')),
        faultCase.padEnd(width('case')),
        verdict.padEnd(width('verdict')),
        look,
      ]
        .join('  ')
        .trimEnd(),
    )
  const heads = { name: 'without', case: 'case', verdict: 'verdict', look: 'what was seen' }
  const width = (key) => Math.max(...[heads, ...all].map((row) => row[key].length))
  console.log('')
  line(heads)
  for (const row of all) line(row)
  const noticed = all.filter(isNoticed).length
  console.log(`\n${noticed} noticed, ${all.length - noticed} not`)
}
