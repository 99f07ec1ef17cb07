// `npm run generate`: Helm reads files of the chart alone, so rules and dashboards are copied
// there.
import { copyFileSync, globSync, mkdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathOf } from '../tools/repository.ts'

const copies = [
  { from: 'deploy/prometheus/{recording,alerts}/*.yaml', to: 'deploy/helm/wabastream/files/rules' },
  { from: 'deploy/grafana/dashboards/*.json', to: 'deploy/helm/wabastream/files/dashboards' },
]

for (const { from, to } of copies) {
  rmSync(pathOf(to), { recursive: true, force: true })
  mkdirSync(pathOf(to), { recursive: true })
  for (const file of globSync(from, { cwd: pathOf('.') }).toSorted()) {
    copyFileSync(pathOf(file), join(pathOf(to), basename(file)))
  }
}
