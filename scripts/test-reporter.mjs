// Jest reporter: leaves each workspace's counts in .cache/test-results/, where `npm test` adds them up.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const resultsDirectory = fileURLToPath(new URL('../.cache/test-results/', import.meta.url))

export default class TestReporter {
  #rootDirectory

  constructor(globalConfig) {
    this.#rootDirectory = globalConfig.rootDir
  }

  onRunComplete(_contexts, results) {
    const manifest = readFileSync(`${this.#rootDirectory}/package.json`, 'utf8')
    const { name } = JSON.parse(manifest)
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

function toFailures(suite) {
  if (suite.testExecError) return [`${suite.testFilePath}: could not run`]
  return suite.testResults
    .filter((test) => test.status === 'failed')
    .map((test) => test.fullName)
}
