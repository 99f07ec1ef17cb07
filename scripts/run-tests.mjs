// Every check and every workspace's tests against one fresh stack. Ends with `N passed, N failed`.
// `--only WORKSPACE [WORDS]` runs only that workspace's tests, without the checks, and only the
// files whose paths match the words; on the stack of `npm run stack` if the variables that it
// prints are set. `--deploy` adds the tests of `npm run test:deploy`, which first build programs.
import { spawn } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { sharedTopics } from '../packages/contracts/src/index.ts'
import { createKafkaClient } from '../packages/kafka/src/index.ts'
import {
  findFreePort,
  spawnWithLifeline,
  startLocalStack,
} from '../packages/local-stack/src/index.ts'
import { findRunningStack } from './running-stack.mjs'
import { limitTime } from './time-limit.mjs'
import { environmentFor, root, whenParentIsGone } from './toolchain.mjs'

const WORKSPACES_AT_ONCE = 2
/** Those that take minutes come first, so that none of them is left alone at the end. */
const LONGEST = ['end-to-end', 'clickhouse', 'cli', 'faults', 'kafka', 'timeline-processor'].map(
  (name) => `@wabastream/${name}`,
)
const SHARED_PARTITIONS = 3
const EXIT_INTERRUPTED = 130
const resultsDirectory = join(root, '.cache/test-results')
const GENERATED = [
  'packages/*/src/generated/*',
  'deploy/grafana/dashboards/*.json',
  'deploy/helm/wabastream/files/*/*',
  'deploy/helm/wabastream/files/topology.yaml',
  'deploy/helm/wabastream/values.schema.json',
  'deploy/helm/wabastream/values.yaml',
  'deploy/compose/compose.yaml',
  'deploy/compose/targets/wabastream.yaml',
  'deploy/kubernetes/kafka-users.yaml',
  'deploy/prometheus/alerts/processes.yaml',
  'docs/analysts.md',
  'docs/monitoring.md',
  'docs/security.md',
  'README.md',
  '{packages,services,test}/*/package.json',
]

const checks = [
  { name: 'generated files', check: findDrift },
  { name: 'types', check: () => runQuietly('npm run -s typecheck') },
  { name: 'layout', check: () => runQuietly('npm run -s format -- --check') },
  { name: 'lint', check: () => runQuietly('npm run -s lint') },
  { name: 'boundaries', check: () => runQuietly('npm run -s boundaries') },
  { name: 'unused code', check: () => runQuietly('npm run -s knip') },
]

const { values, positionals: patterns } = parseArgs({
  options: { only: { type: 'string' }, deploy: { type: 'boolean' } },
  allowPositionals: true,
})
const environment = { ...environmentFor(process.execPath), TURBO_TELEMETRY_DISABLED: '1' }
const workspaces = findWorkspaces(values.only)
if (workspaces.length === 0) {
  console.error(`No workspace with tests is called '${values.only}'.`)
  process.exit(2)
}
if (patterns.length > 0 && values.only === undefined) {
  console.error(
    `Test files are chosen within one workspace: --only WORKSPACE ${patterns.join(' ')}`,
  )
  process.exit(2)
}
await rm(resultsDirectory, { recursive: true, force: true })
const dataDirectory = await mkdtemp(join(tmpdir(), 'wabastream-test-'))

const running = { stack: undefined, children: [], end: undefined }
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => end(EXIT_INTERRUPTED))
whenParentIsGone(() => end(EXIT_INTERRUPTED))

const checkRows = values.only === undefined ? await runChecks() : []
// They wait for downloads and for tests of one process, so that both together take less time.
const deploying = values.deploy === true ? runDeployTests() : undefined
const stack = (values.only && findRunningStack(process.env)) ?? (await startStack())
await makeSharedTopics()
const turboCode = await runWorkspaces(workspaces)
const deployRows = deploying === undefined ? [] : [await deploying]
const rows = [...checkRows, ...deployRows, ...(await Promise.all(workspaces.map(readRow)))]
print(rows)
const failed = sum(rows, 'failed')
const isNothing = patterns.length > 0 && failed + sum(rows, 'passed') === 0
if (isNothing) console.error(`No test of '${values.only}' matches ${patterns.join(' ')}.`)
if (failed === 0 && turboCode !== 0) console.error(`turbo ended with ${turboCode}`)
end(failed > 0 || turboCode !== 0 || isNothing ? 1 : 0)

async function startStack() {
  running.stack = await startLocalStack({
    dataDirectory,
    ports: findFreePort,
    onProgress: (line) => console.log(line),
    onPartLost: (what) => console.error(`the stack broke: ${what}`),
  })
  return running.stack
}

function findWorkspaces(only) {
  return ['packages/*', 'services/*', 'test/*']
    .flatMap((pattern) => globSync(`${pattern}/package.json`, { cwd: root }))
    .filter((manifest) => hasTests(dirname(manifest)))
    .map((manifest) => readJson(manifest).name)
    .filter((name) => only === undefined || name === only || name === `@wabastream/${only}`)
    .toSorted()
}

function hasTests(directory) {
  return globSync(`${directory}/src/**/*.test.ts`, { cwd: root }).length > 0
}

async function runChecks() {
  const rows = []
  for (const { name, check } of checks) {
    const startedAt = Date.now()
    const problem = await check()
    const seconds = (Date.now() - startedAt) / 1000
    console.log(`${problem ? 'FAILED' : 'ok'}: ${name} (${seconds.toFixed(1)} s)`)
    if (problem) console.log(problem)
    rows.push({
      workspace: name,
      passed: problem ? 0 : 1,
      failed: problem ? 1 : 0,
      skipped: 0,
      seconds,
      failures: problem ? [`check: ${name}`] : [],
    })
  }
  return rows
}

/**
 * Compares contents instead of asking git, so that it works in a work tree with other changes, or
 * without git.
 */
async function findDrift() {
  const before = readGenerated()
  const problem = await runQuietly('npm run -s generate')
  const isSame = readGenerated() === before
  return problem || (isSame ? '' : 'were out of date; they are written again: commit them')
}

function readGenerated() {
  const files = globSync(GENERATED, { cwd: root }).toSorted()
  return files.map((file) => `${file}\n${readFileSync(join(root, file), 'utf8')}`).join('')
}

/** Resolves with the output if the command failed, otherwise with nothing. */
function runQuietly(command) {
  const child = spawn('/bin/sh', ['-c', command], { cwd: root, env: environment })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(String(error)))
    child.once('close', (code) => resolve(code === 0 ? '' : output || `ended with ${code}`))
  })
}

/** All tests share the topics without a generation, so no test may find them made differently. */
async function makeSharedTopics() {
  const kafka = createKafkaClient({ brokers: stack.brokers, clientId: 'tests' })
  const partitions = SHARED_PARTITIONS
  // On a stack that runs, somebody may have made them with another number.
  const isResizable = true
  // As the product makes them: a decoder refuses any other raw topic.
  const config = { 'message.timestamp.type': 'LogAppendTime' }
  await kafka.admin.ensureTopics(
    sharedTopics().map((topic) => ({ topic, partitions, isResizable, config })),
  )
  await kafka.close()
}

/** Resolves with the greatest of the exit codes. */
async function runWorkspaces(names) {
  const left = [
    ...LONGEST.filter((name) => names.includes(name)),
    ...names.filter((name) => !LONGEST.includes(name)),
  ]
  const codes = [0]
  async function work() {
    while (left.length > 0 && running.end === undefined) codes.push(await runTurbo(left.shift()))
  }
  await Promise.all(Array.from({ length: WORKSPACES_AT_ONCE }, work))
  return Math.max(...codes)
}

function runTurbo(name) {
  const args = [
    'run',
    'test',
    `--filter=${name}`,
    ...(patterns.length > 0 ? ['--', ...patterns] : []),
  ]
  const { child } = spawnWithLifeline('turbo', args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...environment,
      NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
      KAFKA_BROKERS: stack.brokers.join(','),
      SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
      CLICKHOUSE_URL: stack.clickhouseUrl,
    },
  })
  running.children.push(child)
  const limit = limitTime(name, child, resultFile(name))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(limit.end() ? 1 : (code ?? 1)))
  })
}

async function runDeployTests() {
  const { child } = spawnWithLifeline(
    process.execPath,
    [join(root, 'test/deploy/src/main.ts'), '--part'],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: environment },
  )
  running.children.push(child)
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (ended) => resolve(ended ?? 1))
  })
  const row = await readRow('test-deploy')
  const isCounted = code === 0 || row.failed > 0
  const failures = isCounted ? row.failures : [...row.failures, 'test:deploy ended with an error']
  return { ...row, workspace: 'test:deploy', failures, failed: row.failed + (isCounted ? 0 : 1) }
}

function resultFile(name) {
  return join(resultsDirectory, `${name.replace('@wabastream/', '')}.json`)
}

/** A workspace that left no counts crashed: that is a failure. */
async function readRow(name) {
  const file = resultFile(name)
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  return {
    workspace: name,
    passed: 0,
    failed: 1,
    skipped: 0,
    seconds: 0,
    failures: [`${name} ended without a result`],
  }
}

function print(rows) {
  console.log(`\n${'workspace'.padEnd(32)}${columns('passed', 'failed', 'skipped', 'seconds')}`)
  for (const row of rows) {
    const { workspace, passed, failed, skipped, seconds } = row
    console.log(workspace.padEnd(32) + columns(passed, failed, skipped, seconds.toFixed(1)))
  }
  for (const failure of rows.flatMap((row) => row.failures)) console.log(`failed: ${failure}`)
  const skipped = sum(rows, 'skipped')
  const end = skipped > 0 ? `, ${skipped} skipped` : ''
  console.log(`\n${sum(rows, 'passed')} passed, ${sum(rows, 'failed')} failed${end}`)
}

function columns(...cells) {
  return cells.map((cell) => String(cell).padStart(9)).join('')
}

function sum(rows, key) {
  return rows.reduce((total, row) => total + row[key], 0)
}

/** The first call decides; a signal may arrive several times. */
function end(code) {
  running.end ??= endOnce(code)
  return running.end
}

async function endOnce(code) {
  for (const child of running.children) child.kill('SIGTERM')
  await running.stack?.stop()
  await rm(dataDirectory, { recursive: true, force: true })
  process.exit(code)
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'))
}
