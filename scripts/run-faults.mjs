// Fault cases, each in a process of its own; ends with one table.
// Fails when a case fails, or anything was lost, doubled or different. '-' was not counted.
import { EXIT_INTERRUPTED, forEachCase, isInterrupted, jobs, runCase } from './fault-jest.mjs'

const counts = ['events', 'faults', 'kills', 'lost', 'doubled', 'differing']

const rows = await forEachCase(process.argv.slice(2), async (name) => {
  const outcome = await runCase(name, { isQuiet: jobs > 1 })
  process.stderr.write(outcome.output)
  return toRow(outcome)
})
print(rows)
const isGood = rows.every(({ problem }) => problem === '')
process.exitCode = isInterrupted() ? EXIT_INTERRUPTED : Number(!isGood)

function toRow({ code, result }) {
  const { lost = 0, doubled = 0, differing = 0 } = result
  const isClean = lost + doubled + differing === 0
  return { ...result, problem: code !== 0 ? 'FAILED' : isClean ? '' : 'WRONG' }
}

function print(all) {
  const width = Math.max(4, ...all.map((row) => row.case.length)) + 2
  const line = (title, ...cells) =>
    console.log(title.padEnd(width) + cells.map((cell) => String(cell).padStart(11)).join(''))
  console.log('')
  line('case', ...counts, 'recovery', 'slowest', '')
  for (const row of all) {
    const cells = counts.map((key) => row[key] ?? '-')
    line(row.case, ...cells, ...recovery(row.recoveryMs), row.problem)
  }
  const total = (key) => {
    const counted = all.map((row) => row[key]).filter((count) => typeof count === 'number')
    return counted.length === 0 ? '-' : counted.reduce((sum, count) => sum + count, 0)
  }
  const recoveries = all.flatMap((row) => row.recoveryMs ?? [])
  line('all', ...counts.map(total), ...recovery(recoveries), '')
  printMeasured(all)
  const failed = all.filter(({ problem }) => problem !== '').length
  console.log(`\n${all.length - failed} passed, ${failed} failed`)
}

function printMeasured(all) {
  for (const { case: name, measured = {} } of all) {
    const figures = Object.entries(measured).map(([what, value]) => `${what} ${value.toFixed(1)}`)
    if (figures.length > 0) console.log(`${name}: ${figures.join(', ')}`)
  }
}

/** Median and greatest, in seconds. */
function recovery(all = []) {
  if (all.length === 0) return ['-', '-']
  const sorted = all.toSorted((a, b) => a - b)
  const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`
  return [seconds(sorted[Math.floor((sorted.length - 1) / 2)]), seconds(sorted.at(-1))]
}
