// Fault cases one after the other, each in a process of its own; ends with one table.
// Fails when a case fails, or anything was lost, doubled or different.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { environmentFor, root } from './toolchain.mjs'

const EXIT_INTERRUPTED = 130
const counts = ['events', 'faults', 'kills', 'lost', 'doubled', 'differing']
const workspace = join(root, 'test/faults')
const cases = process.argv.slice(2)
const running = { jest: undefined, isInterrupted: false }
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    running.isInterrupted = true
    running.jest?.kill('SIGTERM')
  })
}

const rows = []
for (const name of cases) {
  if (running.isInterrupted) break
  rows.push(await runCase(name))
}
print(rows)
const isGood = rows.every(({ problem }) => problem === '')
process.exitCode = running.isInterrupted ? EXIT_INTERRUPTED : Number(!isGood)

async function runCase(name) {
  const file = join(root, `.cache/fault-results/${name}.json`)
  rmSync(file, { force: true })
  const code = await runJest(name)
  const result = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { case: name }
  const { lost = 0, doubled = 0, differing = 0 } = result
  const isClean = lost + doubled + differing === 0
  const problem = code !== 0 ? 'FAILED' : isClean ? '' : 'WRONG'
  return { ...result, problem }
}

function runJest(name) {
  const args = ['-c', 'jest.config.mjs', '--rootDir', '.', '--runInBand', '--forceExit']
  const child = spawn('jest', args, {
    cwd: workspace, stdio: 'inherit',
    env: {
      ...environmentFor(process.execPath), WABASTREAM_FAULTS: name,
      NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
    },
  })
  running.jest = child
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
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
  const total = (key) => all.reduce((sum, row) => sum + (row[key] ?? 0), 0)
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
