// Writes the table of settings in the README from what the services themselves say they read.
import { execFile } from 'node:child_process'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { listSettings, type Setting } from '@wabastream/service-host'
import { prepareConfigSchema } from '../src/installation/config.ts'

interface Row {
  readonly setting: Setting
  readonly services: string[]
  readonly fallbacks: string[]
}

const BEGIN = '<!-- settings: written by `npm run generate` from the schemas of the services -->\n'
/** Commands with settings that no service has. */
const COMMANDS = 'wabastream (prepare, start, topics, doctor, replay)'
const END = '<!-- end of settings -->\n'
const root = new URL('../../../', import.meta.url)
const readme = new URL('README.md', root)

const mains = globSync('services/*/src/main.ts', { cwd: fileURLToPath(root) })
  .filter((path) => !path.startsWith('services/cli/'))
  .toSorted()
const services = await Promise.all(
  mains.map(async (path) => ({
    service: path.split('/')[1] ?? '',
    settings: await askSettings(path),
  })),
)
const text = readFileSync(readme, 'utf8')
const [before, rest] = split(text, BEGIN)
const [, after] = split(rest, END)
writeFileSync(readme, `${before}${BEGIN}${renderTable()}${END}${after}`)

async function askSettings(path: string): Promise<readonly Setting[]> {
  const file = fileURLToPath(new URL(path, root))
  const { stdout } = await promisify(execFile)(process.execPath, [file, '--help', '--json'])
  const settings: readonly Setting[] = JSON.parse(stdout)
  return settings
}

/** Settings of several services first, then those of each. */
function renderTable(): string {
  const rows = new Map<string, Row>()
  for (const { service, settings } of services) {
    for (const setting of settings) {
      const key = `${setting.name}\n${setting.description}`
      const row = rows.get(key) ?? { setting, services: [], fallbacks: [] }
      row.services.push(service)
      if (!row.fallbacks.includes(setting.fallback)) row.fallbacks.push(setting.fallback)
      rows.set(key, row)
    }
  }
  // For the command line, only settings that no service has.
  for (const setting of listSettings(prepareConfigSchema)) {
    const key = `${setting.name}\n${setting.description}`
    if (rows.has(key)) continue
    rows.set(key, { setting, services: [COMMANDS], fallbacks: [setting.fallback] })
  }
  const all = [...rows.values()]
  const lines = [
    ...all.filter((row) => row.services.length > 1),
    ...all.filter((row) => row.services.length === 1),
  ].map(renderRow)
  return `\n| variable | of | default | meaning |\n|---|---|---|---|\n${lines.join('\n')}\n\n`
}

function renderRow({ fallbacks, services: names, setting }: Row): string {
  const all = names.length === services.length
  const cells = [
    `\`${setting.name}\``,
    all ? 'all' : names.join(', '),
    fallbacks.toSorted().join(', '),
    setting.description.replaceAll('|', '\\|'),
  ]
  return `| ${cells.join(' | ')} |`
}

function split(content: string, mark: string): readonly [string, string] {
  const at = content.indexOf(mark)
  if (at === -1) throw new Error(`README.md lacks the line ${mark}`)
  return [content.slice(0, at), content.slice(at + mark.length)]
}
