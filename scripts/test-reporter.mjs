// Jest reporter: leaves each workspace's counts in .cache/test-results/, where `npm test` adds them
// up. A part of a workspace that is run for itself has a name of its own, TEST_PART.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

const REASON_LINES_MAX = 6

const resultsDirectory = fileURLToPath(new URL('../.cache/test-results/', import.meta.url))

export default class TestReporter {
  #rootDirectory

  constructor(globalConfig) {
    this.#rootDirectory = globalConfig.rootDir
  }

  onRunComplete(_contexts, results) {
    const manifest = readFileSync(`${this.#rootDirectory}/package.json`, 'utf8')
    const name = process.env['TEST_PART'] ?? JSON.parse(manifest).name
    const counts = {
      workspace: name,
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
      seconds: (Date.now() - results.startTime) / 1000,
      failures: results.testResults.flatMap(toFailures),
    }
    mkdirSync(resultsDirectory, { recursive: true })
    const file = `${resultsDirectory}${name.replace('@wabastream/', '')}.json`
    writeFileSync(file, JSON.stringify(counts, undefined, 2))
  }
}

/** Includes the first lines of the reason, so that the end of a log alone shows what happened. */
function toFailures(suite) {
  if (suite.testExecError) {
    return [describe(`${suite.testFilePath}: could not run`, suite.testExecError.message)]
  }
  return suite.testResults
    .filter((test) => test.status === 'failed')
    .map((test) => describe(test.fullName, test.failureMessages[0]))
}

function describe(name, message) {
  const lines = stripVTControlCharacters(message ?? '')
    .split('\n')
    .slice(0, REASON_LINES_MAX)
  return [name, ...lines.map((line) => `    ${line}`)].join('\n')
}
