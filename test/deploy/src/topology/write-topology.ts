// `npm run generate`: writes what files of deploy/ and docs/ repeat of the pipeline's topology.
import { writeFileSync } from 'node:fs'
import { pathOf } from '../tools/repository.ts'
import { topologyFiles } from './topology-files.ts'

for (const { path, render } of topologyFiles) writeFileSync(pathOf(path), render())
