// Each protection taken out, one after the other: its fault case has to fail, and to pass with it.
// Ends with one table.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { protections } from '../test/faults/src/protections/protections.ts'
import { EXIT_INTERRUPTED, forEachCase, isInterrupted, runCase } from './fault-jest.mjs'
import { root } from './toolchain.mjs'

/** A case may fail by never being done: minutes are enough to tell. */
const ENVIRONMENT = {
  WABASTREAM_OUTAGE_SECONDS: '12', WABASTREAM_SILENCE_SECONDS: '15', WABASTREAM_ROUNDS: '1',
  WABASTREAM_RECOVERY_SECONDS: '60',
}
const UNNOTICED = 'NOT NOTICED: the case passed'
const UNSOUND = 'NOT SHOWN: the case fails with it, too'
const CODE_FRAME = /^(?:> )?\d* ?\||^@@/
const LOOK_LENGTH_MAX = 160
const logs = join(root, '.cache/protections')
const names = process.argv.slice(2)
const chosen = protections.filter(({ name }) => names.length === 0 || names.includes(name))

const unknown = names.filter((name) => !protections.some((protection) => protection.name === name))
if (unknown.length > 0) {
  console.error(`No protection is called '${unknown.join("', '")}'. There are:`)
  for (const { name } of protections) console.error(name)
  process.exit(2)
}
mkdirSync(logs, { recursive: true })
const unsound = new Set()
const controls = process.env.WABASTREAM_CONTROL === 'false' ? [] : chosen.map((one) => one.case)
await forEachCase([...new Set(controls)], async (name) => {
  const { code, output } = await runCase(name, { environment: ENVIRONMENT, isQuiet: true })
  console.log(`${name} ${code === 0 ? 'passes' : 'FAILS'} with all in place`)
  if (code === 0) return
  unsound.add(name)
  writeFileSync(join(logs, `${name}.log`), output)
})
const rows = await forEachCase(chosen, async (protection, index) => {
  const row = await takeOut(protection)
  console.log(`${index + 1} of ${chosen.length}: ${protection.case} without ${protection.name}: `
    + row.look)
  return row
})
print(rows)
const isNoticed = rows.every(({ look }) => look !== UNNOTICED && look !== UNSOUND)
process.exitCode = isInterrupted() ? EXIT_INTERRUPTED : Number(!isNoticed)

async function takeOut({ name, case: faultCase }) {
  if (unsound.has(faultCase)) return { name, case: faultCase, look: UNSOUND }
  const environment = { ...ENVIRONMENT, WABASTREAM_WITHOUT: name }
  const { code, output, result } = await runCase(faultCase, { environment, isQuiet: true })
  writeFileSync(join(logs, `${name}.log`), output)
  return { name, case: faultCase, look: code === 0 ? UNNOTICED : lookOf(output, result) }
}

/** What was lost, doubled or different; where the case did not get so far, the error. */
function lookOf(output, result) {
  const wrong = ['lost', 'doubled', 'differing'].filter((what) => result[what] > 0)
  if (wrong.length > 0) return wrong.map((what) => `${result[what]} ${what}`).join(', ')
  const lines = stripVTControlCharacters(output).split('\n').map((line) => line.trim())
  const from = lines.findIndex((line) => line.startsWith('●'))
  return lines.slice(from + 1).filter((line) => line !== '' && !CODE_FRAME.test(line))
    .slice(0, 8).join(' | ').slice(0, LOOK_LENGTH_MAX)
}

function print(all) {
  const width = (key) => Math.max(...all.map((row) => row[key].length)) + 2
  const [names, cases] = [width('name'), width('case')]
  console.log(`\n${'without'.padEnd(names)}${'case'.padEnd(cases)}what was seen`)
  for (const row of all) {
    console.log(row.name.padEnd(names) + row.case.padEnd(cases) + row.look)
  }
  const unnoticed = all.filter(({ look }) => look === UNNOTICED || look === UNSOUND).length
  console.log(`\n${all.length - unnoticed} noticed, ${unnoticed} not`)
}
