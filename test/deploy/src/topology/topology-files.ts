import { readText } from '../tools/repository.ts'
import {
  absentServicesExpression,
  aclCommands,
  chartTopology,
  composeTargets,
  exampleTargets,
  restartLoopExpression,
  strimziUsers,
} from './rendered-topology.ts'

/** A file of which something is written from the topology. */
export interface TopologyFile {
  /** From the root. */
  readonly path: string
  /** The whole file as it should be. */
  render(): string
}

/** Every file that repeats something of the topology. */
export const topologyFiles: readonly TopologyFile[] = [
  { path: 'deploy/compose/targets/wabastream.yaml', render: composeTargets },
  { path: 'deploy/helm/wabastream/files/topology.yaml', render: chartTopology },
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

/** A file that holds parts between marks, by their names. */
function partsOf(path: string, parts: ReadonlyMap<string, () => string>): TopologyFile {
  return {
    path,
    render: () =>
      [...parts].reduce(
        (text, [name, render]) => replaceMarked(text, { path, name, body: render() }),
        readText(path),
      ),
  }
}

/** Throws where the marks `NAME: written by …` and `end of NAME` are not each on a line of their own. */
function replaceMarked(
  text: string,
  { body, name, path }: { readonly path: string; readonly name: string; readonly body: string },
): string {
  const marks = new RegExp(
    `^(?<begin>[^\\n]*\\b${name}: written by [^\\n]*\\n).*?^(?<end>[^\\n]*\\bend of ${name}\\b)`,
    'ms',
  )
  if (!marks.test(text)) throw new Error(`${path} lacks the marks of '${name}'`)
  return text.replace(marks, (...match) => {
    const { begin, end }: { begin: string; end: string } = match.at(-1)
    return `${begin}${body}${end}`
  })
}
