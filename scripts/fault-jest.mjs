// Runs one case of the fault suite in a process of its own.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { environmentFor, root } from './toolchain.mjs'

const workspace = join(root, 'test/faults')
const running = { jests: new Set(), isInterrupted: false }
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    running.isInterrupted = true
    for (const jest of running.jests) jest.kill('SIGTERM')
  })
}

/** How many cases run side by side: each waits most of its time, but all share the machine. */
export const jobs = Math.max(1, Number(process.env.WABASTREAM_JOBS ?? 1))

export const EXIT_INTERRUPTED = 130

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
 * `{ code, output, result }`: the exit code, what jest said where `isQuiet`, and what the case left
 * for the table (`{ case }` where it left nothing).
 */
export async function runCase(name, { environment = {}, isQuiet = false } = {}) {
  const file = join(root, `.cache/fault-results/${name}.json`)
  rmSync(file, { force: true })
  const { code, output } = await runJest(name, environment, isQuiet)
  const result = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { case: name }
  return { code, output, result }
}

function runJest(name, environment, isQuiet) {
  const args = ['-c', 'jest.config.mjs', '--rootDir', '.', '--runInBand', '--forceExit']
  const child = spawn('jest', args, {
    cwd: workspace, stdio: isQuiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    env: {
      ...environmentFor(process.execPath), ...environment, WABASTREAM_FAULTS: name,
      NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
    },
  })
  running.jests.add(child)
  const said = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => said.push(chunk))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      running.jests.delete(child)
      resolve({ code: code ?? 1, output: Buffer.concat(said).toString('utf8') })
    })
  })
}
