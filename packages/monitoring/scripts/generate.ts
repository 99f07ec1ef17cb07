// Writes deploy/grafana/dashboards from src/dashboards; removes the files of dashboards that are
// gone.
import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { dashboards } from '../src/dashboards.ts'

const directory = fileURLToPath(new URL('../../../deploy/grafana/dashboards/', import.meta.url))
mkdirSync(directory, { recursive: true })
const written = new Set<string>()
for (const createBuilder of dashboards) {
  const dashboard = createBuilder().build()
  if (dashboard.uid === undefined) throw new Error(`'${dashboard.title}' has no uid`)
  const file = `${dashboard.uid}.json`
  writeFileSync(`${directory}${file}`, `${JSON.stringify(dashboard, null, 2)}\n`)
  written.add(file)
}
for (const file of globSync('*.json', { cwd: directory })) {
  if (!written.has(file)) rmSync(`${directory}${file}`)
}
