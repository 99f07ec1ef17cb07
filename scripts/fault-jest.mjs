// Runs one case of the fault suite in a process of its own.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { spawnWithLifeline } from '../packages/local-stack/src/index.ts'
import { environmentFor, root, whenParentIsGone } from './toolchain.mjs'

const workspace = join(root, 'test/faults')
const running = { jests: new Set(), isInterrupted: false }
const interrupt = () => {
  running.isInterrupted = true
  for (const jest of running.jests) jest.kill('SIGTERM')
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, interrupt)
whenParentIsGone(interrupt)

/** How many cases run side by side: each waits most of its time, but all share the machine. */
export const jobs = Math.max(1, Number(process.env.WABASTREAM_JOBS ?? 1))

export const EXIT_INTERRUPTED = 130
const END_MS = 60_000

/** True once the process was asked to end. */
export function isInterrupted() {
  return running.isInterrupted
}

/** Results in the order of the items; begins no other once the process was asked to end. */
export async function forEachCase(items, work) {
  const results = []
  const left = items.entries()
  const lane = async () => {
    for (const [index, item] of left) {
      if (running.isInterrupted) return
      results[index] = await work(item, index)
    }
  }
  await Promise.all(Array.from({ length: jobs }, lane))
  return results.filter((result) => result !== undefined)
}

/**
 * `{ code, output, result, isTimedOut }`: the exit code, what jest said where `isQuiet`, what the
 * case left for the table (`{ case }` where it left nothing), and whether it was ended at the
 * limit.
 */
export async function runCase(name, { environment = {}, isQuiet = false, limitMs } = {}) {
  const { WABASTREAM_WITHOUT: without } = environment
  const place = without === undefined ? name : `${name}-without-${without}`
  const file = join(root, `.cache/fault-results/${place}.json`)
  rmSync(file, { force: true })
  const outcome = await runJest(name, { environment, isQuiet, limitMs })
  const result = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { case: name }
  return { ...outcome, result }
}

function runJest(name, { environment, isQuiet, limitMs }) {
  const args = ['-c', 'jest.config.mjs', '--rootDir', '.', '--runInBand', '--forceExit']
  const output = isQuiet ? 'pipe' : 'inherit'
  const { child } = spawnWithLifeline('jest', args, {
    cwd: workspace,
    stdio: ['ignore', output, output],
    env: {
      ...environmentFor(process.execPath),
      ...environment,
      WABASTREAM_FAULTS: name,
      NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
    },
  })
  running.jests.add(child)
  let isTimedOut = false
  const end = () => {
    // If it does not react, kill it.
    timer = setTimeout(() => child.kill('SIGKILL'), END_MS)
    isTimedOut = true
    child.kill('SIGTERM')
  }
  let timer = limitMs === undefined ? undefined : setTimeout(end, limitMs)
  const said = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => said.push(chunk))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      running.jests.delete(child)
      clearTimeout(timer)
      resolve({ code: code ?? 1, output: Buffer.concat(said).toString('utf8'), isTimedOut })
    })
  })
}
