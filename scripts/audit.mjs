// `npm run audit`: are there advisories for the packages in package-lock.json? Asks the registry,
// or else uses its last answer (.cache/advisories.json; `--cache FILE` names another). Exit codes:
// 0 none but what .ci/advisories-allowed.json allows, 1 some, 2 that file cannot be used, 3 not all
// of it could be checked, and what could be has none.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './toolchain.mjs'

const ASK_TIMEOUT_MS = 120_000
const DAY_MS = 86_400_000
/** Older data says too little about what is known today. */
const DATA_DAYS_MAX = 7

const { values } = parseArgs({
  options: {
    cache: { type: 'string', default: join(root, '.cache/advisories.json') },
    allowed: { type: 'string', default: join(root, '.ci/advisories-allowed.json') },
  },
})
const packages = readPackages()
const allowed = readAllowed(values.allowed)
const asked = askRegistry()
if (asked.problem === undefined) saveData(asked.findings)
const known =
  asked.problem === undefined
    ? { findings: asked.findings, unchecked: [] }
    : readData(asked.problem)

const today = new Date().toISOString().slice(0, 10)
const isAllowed = ({ id }) => allowed.some((one) => one.id === id && one.until >= today)
const found = known.findings.filter((finding) => !isAllowed(finding))
for (const { id, name, severity, title, url } of found) {
  const lapsed = allowed.find((one) => one.id === id)
  const note = lapsed === undefined ? '' : ` (allowed until ${lapsed.until}: ${lapsed.reason})`
  console.log(`${severity}: ${name}: ${title} ${url}${note}`)
}
for (const { id } of allowed) {
  if (!known.findings.some((one) => one.id === id))
    console.log(`${id} is allowed, and not there any more`)
}
const { length: unchecked } = known.unchecked
console.log(
  `advisories: ${found.length} found, ${known.findings.length - found.length} allowed; ` +
    `${packages.size - unchecked} of ${packages.size} packages checked`,
)
if (unchecked > 0) console.log('ADVISORIES WERE NOT CHECKED for the others: this is no pass')
process.exitCode = found.length > 0 ? 1 : unchecked > 0 ? 3 : 0

/** `name@version` of all that comes from a registry, by its place in the lock file. */
function readPackages() {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const entries = Object.entries(lock.packages).filter(
    ([path, entry]) => path.includes('node_modules/') && !entry.link,
  )
  return new Map(
    entries.map(([path, entry]) => [
      path,
      `${entry.name ?? path.split('node_modules/').at(-1)}@${entry.version}`,
    ]),
  )
}

/** Each has the advisory's id, a reason, and the day (YYYY-MM-DD) until which it holds. */
function readAllowed(path) {
  if (!existsSync(path)) return []
  const list = JSON.parse(readFileSync(path, 'utf8'))
  const isSound = ({ id, reason, until }) =>
    String(id).startsWith('GHSA-') && reason && /^\d{4}-\d\d-\d\d$/.test(until)
  if (Array.isArray(list) && list.every(isSound)) return list
  console.error(`${path}: each entry needs id (GHSA-…), reason and until (YYYY-MM-DD)`)
  process.exit(2)
}

function askRegistry() {
  const { error, stdout } = spawnSync('npm', ['audit', '--json', '--package-lock-only'], {
    cwd: root,
    encoding: 'utf8',
    timeout: ASK_TIMEOUT_MS,
    maxBuffer: 2 ** 28,
  })
  if (error) return { problem: `npm cannot ask (${error.code})` }
  const report = parseReport(stdout)
  if (report.vulnerabilities) return { findings: readFindings(report.vulnerabilities) }
  const status = report.statusCode ? ` (${report.statusCode})` : ''
  return { problem: `the registry answers no question about advisories${status}` }
}

function parseReport(text) {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

/** Only packages that an advisory names; those that merely depend on them are the same finding. */
function readFindings(vulnerabilities) {
  const findings = Object.values(vulnerabilities).flatMap(({ nodes, via }) =>
    via
      .filter((advisory) => typeof advisory === 'object')
      .flatMap(({ severity, title, url }) =>
        nodes.map((node) => ({
          id: url.split('/').at(-1),
          name: packages.get(node) ?? node,
          severity,
          title,
          url,
        })),
      ),
  )
  return [...new Map(findings.map((one) => [`${one.id} ${one.name}`, one])).values()]
}

function saveData(findings) {
  mkdirSync(dirname(values.cache), { recursive: true })
  const data = { checkedAt: new Date().toISOString(), packages: [...packages.values()], findings }
  writeFileSync(values.cache, `${JSON.stringify(data)}\n`)
}

/** What the last answer says about the packages that are still there. */
function readData(problem) {
  const all = [...packages.values()]
  if (!existsSync(values.cache)) {
    console.log(`advisories: ${problem}, and there is no data of an earlier time`)
    return { findings: [], unchecked: all }
  }
  const data = JSON.parse(readFileSync(values.cache, 'utf8'))
  const days = Math.floor((Date.now() - Date.parse(data.checkedAt)) / DAY_MS)
  console.log(`advisories: ${problem}; the data is of ${data.checkedAt}, ${days} days old`)
  const checked = new Set(days > DATA_DAYS_MAX ? [] : data.packages)
  const present = new Set(all)
  return {
    findings: data.findings.filter(({ name }) => present.has(name)),
    unchecked: all.filter((name) => !checked.has(name)),
  }
}
