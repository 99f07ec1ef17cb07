// `npm run test:deploy`: the checks of the deployment that need programs which take minutes to
// build; with --cluster also what a real API server says.
import { existsSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { spawnWithLifeline } from '@wabastream/local-stack'
import { pathOf } from './tools/repository.ts'
import { findMissing, installCluster, installTools } from './tools/install-tools.ts'
import { prepareSchemas } from './tools/schemas.ts'

const PART = 'test-deploy'
const resultsFile = pathOf(`.cache/test-results/${PART}.json`)

const withCluster = process.argv.includes('--cluster')

interface Results {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function runTests(): Promise<number | null> {
  const { child: jest } = spawnWithLifeline(
    'jest',
    [
      '-c',
      '../../jest.config.mjs',
      '--rootDir',
      '.',
      '--testPathPatterns',
      withCluster ? '[.](tools|cluster)[.]test' : '[.]tools[.]test',
    ],
    {
      cwd: pathOf('test/deploy'),
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        TEST_PART: PART,
        NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
      },
    },
  )
  return new Promise((resolve, reject) => {
    jest.once('error', reject)
    jest.once('close', resolve)
  })
}

const missing = await findMissing()
if (missing.length > 0) {
  for (const line of missing) say(line)
  process.exit(1)
}
await installTools(say)
await prepareSchemas(say)
if (withCluster) await installCluster(say)
await rm(resultsFile, { force: true })
const code = await runTests()
const results: Results = existsSync(resultsFile)
  ? JSON.parse(readFileSync(resultsFile, 'utf8'))
  : { passed: 0, failed: 1, skipped: 0 }
const skipped = results.skipped > 0 ? `, ${results.skipped} skipped` : ''
// As part of a whole, that one counts.
if (!process.argv.includes('--part')) {
  say(`\n${results.passed} passed, ${results.failed} failed${skipped}`)
}
process.exitCode = code === 0 && results.failed === 0 ? 0 : 1
