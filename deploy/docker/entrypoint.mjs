// Entry of the image: `ingestor` runs that service, every other argument goes to the command line.
// One process, no shell, so that signals arrive where they are handled.
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const NOT_SERVICES = new Set(['cli'])
/** Names of the version before, which manifests of others still give. */
const RENAMED = { canary: 'watch' }

const [name = '', ...rest] = process.argv.slice(2)
const service = pathOf(name)
if (service === undefined) endOnSignals()
const [main, args] = service === undefined ? [pathOfCli(), [name, ...rest]] : [service, rest]
process.argv = [process.execPath, main, ...args.filter((arg) => arg !== '')]
await import(main)

function pathOf(candidate) {
  if (!/^[a-z][a-z-]*$/.test(candidate) || NOT_SERVICES.has(candidate)) return undefined
  const service = RENAMED[candidate] ?? candidate
  const path = fileURLToPath(new URL(`services/${service}/src/main.ts`, import.meta.url))
  return existsSync(path) ? path : undefined
}

function pathOfCli() {
  return fileURLToPath(new URL('services/cli/src/main.ts', import.meta.url))
}

/** The first process of a container ignores signals that nobody handles. Services handle theirs. */
function endOnSignals() {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal])
    })
  }
}
