import { readText } from '../tools/repository.ts'
import {
  absentServicesExpression,
  aclCommands,
  chartReaders,
  chartTopology,
  chartValuesSchema,
  composeReaders,
  composeTargets,
  exampleTargets,
  restartLoopExpression,
  strimziUsers,
} from './rendered-topology.ts'

const SCHEMA = 'deploy/helm/wabastream/values.schema.json'

/** A file that is partly written from the topology. */
export interface TopologyFile {
  /** From the root. */
  readonly path: string
  /** The whole file as it should be. */
  render(): string
}

/** Every file that repeats something of the topology. */
export const topologyFiles: readonly TopologyFile[] = [
  partsOf('deploy/compose/compose.yaml', new Map([['readers', composeReaders]])),
  { path: 'deploy/compose/targets/wabastream.yaml', render: composeTargets },
  { path: 'deploy/helm/wabastream/files/topology.yaml', render: chartTopology },
  partsOf('deploy/helm/wabastream/values.yaml', new Map([['readers', chartReaders]])),
  { path: SCHEMA, render: () => chartValuesSchema(readText(SCHEMA)) },
  partsOf('deploy/kubernetes/kafka-users.yaml', new Map([['users', strimziUsers]])),
  partsOf(
    'deploy/prometheus/alerts/processes.yaml',
    new Map([
      ['absent services', absentServicesExpression],
      ['restarted services', restartLoopExpression],
    ]),
  ),
  partsOf('docs/security.md', new Map([['rights', aclCommands]])),
  partsOf('docs/monitoring.md', new Map([['targets', exampleTargets]])),
]

/** Of the text around a part. */
type RenderPart = (rest: string) => string

/** A file that holds parts between marks, by their names. */
function partsOf(path: string, parts: ReadonlyMap<string, RenderPart>): TopologyFile {
  return {
    path,
    render: () =>
      [...parts].reduce(
        (text, [name, render]) => replaceMarked(text, { path, name, render }),
        readText(path),
      ),
  }
}

/** Throws if the marks `NAME: written by …` and `end of NAME` are not each on a separate line. */
function replaceMarked(
  text: string,
  {
    name,
    path,
    render,
  }: { readonly path: string; readonly name: string; readonly render: RenderPart },
): string {
  const begin = new RegExp(`^.*\\b${name}: written by .*\\n`, 'm').exec(text)
  const end = new RegExp(`^.*\\bend of ${name}\\b`, 'm').exec(text)
  if (begin === null || end === null) throw new Error(`${path} lacks the marks of '${name}'`)
  const before = text.slice(0, begin.index + begin[0].length)
  const after = text.slice(end.index)
  return `${before}${render(before + after)}${after}`
}
