// Plain JavaScript for Node 20 and newer, with nothing installed: makes the rest possible.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installCheckedNode, isCheckedNode } from './node-binary.mjs'

const NODE_MAJOR_MIN = 20
const NODE_MAJOR_WANTED = 24
const JAVA_MAJOR_MIN = 17
const INSTALLED_MARK = 'node_modules/.wabastream-lock-digest'
/**
 * Ctrl-C reaches the whole process group, and npm sends it once more, so one signal arrives several
 * times.
 */
const SAME_SIGNAL_MS = 1000
const PARENT_POLL_MS = 500

export const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Checks what must be there, fetches what may be fetched, and returns Node 24's path.
 * If something is missing, reports all of it and how to get it, and ends the process.
 */
export async function prepareToolchain({ needsJava }) {
  const problems = findProblems(needsJava)
  if (problems.length > 0) {
    for (const problem of problems) say(problem)
    process.exit(1)
  }
  const node = ensureNode()
  ensureDependencies(node)
  return node
}

/** Runs a program with Node 24 first on the path; resolves with the exit code to pass on. */
export function runWithNode(node, args) {
  const child = spawn(node, args, { stdio: 'inherit', env: environmentFor(node) })
  let lastSignalAt = -SAME_SIGNAL_MS
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      const isRepeat = performance.now() - lastSignalAt < SAME_SIGNAL_MS
      lastSignalAt = performance.now()
      if (!isRepeat) child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal)
    })
  }
  whenNpmIsGone(() => child.kill('SIGTERM'))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)))
  })
}

/** npm passes a SIGTERM on to its shell only, which dies and passes nothing on. */
function whenNpmIsGone(end) {
  if (process.env.npm_lifecycle_event) whenParentIsGone(end)
}

/** Calls `end` once whoever started this process has ended, in whatever way. */
export function whenParentIsGone(end) {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    end()
  }, PARENT_POLL_MS)
  timer.unref()
}

function findProblems(needsJava) {
  const problems = []
  if (nodeMajor() < NODE_MAJOR_MIN) {
    problems.push(
      `Node ${NODE_MAJOR_MIN} or newer is needed, this is ${process.version}: see nodejs.org`,
    )
  }
  if (!needsJava) return problems
  const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin/java') : 'java'
  const major = javaMajor(java)
  if (major < JAVA_MAJOR_MIN) {
    const found = major === 0 ? 'none was found' : `this is ${major}`
    problems.push(
      `Java ${JAVA_MAJOR_MIN} or newer is needed to run Kafka, ${found}: ` +
        `apt install openjdk-17-jre-headless, or brew install openjdk@17`,
    )
  }
  if (!existsSync(join(root, '.cache/java')) && !succeeds('mvn', ['-v'])) {
    problems.push('Maven is needed to fetch Kafka: apt install maven, or brew install maven')
  }
  return problems
}

/**
 * Node 24 runs TypeScript as written. An older Node gets it as an npm package, checked, in .cache/.
 */
function ensureNode() {
  if (nodeMajor() >= NODE_MAJOR_WANTED) return process.execPath
  const name = `node-${process.platform}-${process.arch}`
  const version = readJson('package.json').optionalDependencies[name]
  if (!version) fail(`There is no Node ${NODE_MAJOR_WANTED} package for this machine (${name})`)
  const prefix = join(root, '.cache/node')
  const { integrity } = readJson('package-lock.json').packages[`node_modules/${name}`] ?? {}
  const node = join(prefix, 'node_modules', name, 'bin/node')
  if (isCheckedNode({ name, integrity, prefix })) return node
  say(`fetching Node ${version} (once; this is ${process.version})`)
  try {
    const run = (args) => npm(process.execPath, args)
    installCheckedNode({ name, version, integrity, prefix, npm: run })
  } catch (error) {
    fail(error.message)
  }
  return node
}

/**
 * With Node 24, because npm leaves out optional packages that do not suit the Node it runs on. Not
 * `npm ci`: it refuses a lock file that lacks the native packages of a platform nobody locked on.
 */
function ensureDependencies(node) {
  const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8')
  const digest = createHash('sha256').update(lockText).digest('hex')
  const mark = join(root, INSTALLED_MARK)
  if (existsSync(mark) && readFileSync(mark, 'utf8') === digest) return
  if (!isInstalled(JSON.parse(lockText).packages)) {
    say('installing npm packages')
    npm(node, ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'])
  }
  writeFileSync(mark, digest)
}

function isInstalled(wanted) {
  const hiddenLock = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(hiddenLock)) return false
  const installed = readJson(hiddenLock).packages
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/') || !suitsMachine(entry)) return true
    return installed[path]?.version === entry.version && Boolean(installed[path])
  })
}

function suitsMachine({ optional, os, cpu, libc }) {
  if (optional && !os && !cpu) return false
  return (
    (!os || os.includes(process.platform)) &&
    (!cpu || cpu.includes(process.arch)) &&
    (!libc || libc.includes('glibc'))
  )
}

function npm(node, args) {
  const npmCli = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const result = spawnSync(npmCli, args, {
    cwd: root,
    env: environmentFor(node),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (result.error) fail(`npm cannot be run: ${result.error.message}`)
  if (result.status !== 0) fail(`npm ${args[0]} failed:\n${result.stdout}${result.stderr}`)
}

/**
 * Node 24 comes first, then the programs of the packages. What Node compiles, it keeps: half of the
 * time that a process takes to start.
 */
export function environmentFor(node) {
  const path = [dirname(node), join(root, 'node_modules/.bin'), process.env.PATH ?? '']
  return {
    NODE_COMPILE_CACHE: join(root, '.cache/compiled'),
    ...process.env,
    PATH: path.join(delimiter),
  }
}

function nodeMajor() {
  return Number(process.versions.node.split('.')[0])
}

function javaMajor(java) {
  const { stderr } = spawnSync(java, ['-version'], { encoding: 'utf8' })
  const match = /version "(\d+)(?:\.(\d+))?/.exec(stderr ?? '')
  if (!match) return 0
  return Number(match[1] === '1' ? match[2] : match[1])
}

function succeeds(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}

function readJson(path) {
  return JSON.parse(readFileSync(path.startsWith('/') ? path : join(root, path), 'utf8'))
}

function say(line) {
  process.stderr.write(`wabastream: ${line}\n`)
}

function fail(line) {
  say(line)
  process.exit(1)
}
