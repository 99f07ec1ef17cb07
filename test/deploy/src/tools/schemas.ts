import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { once, pythonFolder, toolPath, toolsDirectory } from './install-tools.ts'
import { runOrThrow } from './run-command.ts'
import { crdModules, KUBERNETES_VERSION, strimzi } from './versions.ts'

/** A folder with the JSON schema of every kind, as kubeconform looks for them. */
export const schemasDirectory = join(
  toolsDirectory,
  `schemas-${[KUBERNETES_VERSION, ...crdModules.map(({ version }) => version)].join('-')}`,
)

interface JsonObject {
  readonly [key: string]: unknown
}

/** Kubernetes' own kinds from a Python package, those of operators from their CRDs. */
export async function prepareSchemas(say: (line: string) => void): Promise<void> {
  await once(schemasDirectory, async (folder) => {
    say(`preparing the schemas of Kubernetes ${KUBERNETES_VERSION}`)
    await copyKubernetesSchemas(folder)
    for (const crds of await prepareCrds(say)) await writeCrds(crds, folder)
  })
}

/** Folders with the CRDs of every operator. */
export async function prepareCrds(say: (line: string) => void): Promise<readonly string[]> {
  const folders: string[] = []
  for (const { module, version, folder } of crdModules) {
    say(`fetching the CRDs of ${module} ${version}`)
    const { Dir: directory }: { readonly Dir: string } = JSON.parse(
      await runOrThrow('go', ['mod', 'download', '-json', `${module}@${version}`]),
    )
    folders.push(join(directory, folder))
  }
  say(`making the CRDs of Strimzi ${strimzi.version}`)
  return [...folders, await generateStrimziCrds()]
}

/** They refer to each other by addresses of a server; beside each other, the file is enough. */
async function copyKubernetesSchemas(target: string): Promise<void> {
  const minor = KUBERNETES_VERSION.split('.').slice(0, 2).join('.')
  const source = join(
    pythonFolder('kubernetesSchemas'),
    `kubernetes_validate/kubernetes-json-schema/v${minor}.0-local-strict`,
  )
  const files = await readdir(source)
  await Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(source, file), 'utf8')
      const { $id: _, ...schema } = asObject(JSON.parse(text.replaceAll('"/api/', '"')))
      await writeFile(join(target, file), JSON.stringify(schema))
    }),
  )
}

async function writeCrds(source: string, target: string): Promise<void> {
  const files = (await readdir(source)).filter((file) => file.endsWith('.yaml'))
  for (const file of files) {
    const crd: unknown = parse(await readFile(join(source, file), 'utf8'))
    for (const { name, schema } of schemasOf(crd)) {
      await writeFile(join(target, name), JSON.stringify(schema))
    }
  }
}

function schemasOf(crd: unknown): readonly { readonly name: string; readonly schema: unknown }[] {
  const { group, names, versions } = asObject(asObject(crd)['spec'])
  if (typeof group !== 'string' || !Array.isArray(versions)) return []
  const kind = String(asObject(names)['kind']).toLowerCase()
  const head = group.split('.')[0] ?? ''
  return versions.map((version: unknown) => {
    const { name, schema } = asObject(version)
    return {
      name: `${kind}-${head}-${String(name)}.json`,
      schema: closed(asObject(schema)['openAPIV3Schema']),
    }
  })
}

/** The server drops unknown fields of a CRD with a warning; here they are to be errors. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)])
  const result: JsonObject = Object.fromEntries(entries)
  const isOpen =
    result['properties'] === undefined ||
    result['additionalProperties'] !== undefined ||
    result['x-kubernetes-preserve-unknown-fields'] === true
  if (isOpen) return openedIntOrString(result)
  const properties = asObject(result['properties'])
  // Of an object that is embedded or at the top, the server knows these three by itself.
  const isResource = 'metadata' in properties || result['x-kubernetes-embedded-resource'] === true
  return {
    ...result,
    additionalProperties: false,
    ...(isResource && {
      properties: { apiVersion: {}, kind: {}, metadata: {}, ...properties },
    }),
  }
}

function openedIntOrString(schema: JsonObject): JsonObject {
  if (schema['x-kubernetes-int-or-string'] !== true) return schema
  return { oneOf: [{ type: 'string' }, { type: 'integer' }] }
}

async function generateStrimziCrds(): Promise<string> {
  const folder = join(toolsDirectory, `strimzi-${strimzi.version}`)
  await once(folder, async (partial) => {
    const libraries = join(partial, 'lib')
    await mkdir(libraries, { recursive: true })
    await writeFile(join(partial, 'pom.xml'), pomOf(['api', 'crd-generator']))
    await runOrThrow('mvn', [
      '-q',
      '-B',
      '-f',
      join(partial, 'pom.xml'),
      'dependency:copy-dependencies',
      `-DoutputDirectory=${libraries}`,
    ])
    const targets = strimzi.models.map(
      (model) => `io.strimzi.api.kafka.model.${model}=${join(partial, `${model}.yaml`)}`,
    )
    // The generator needs a newer Java than Kafka does: it came as a Python package.
    await chmod(toolPath('java'), 0o755)
    await runOrThrow(toolPath('java'), [
      '-cp',
      `${libraries}/*`,
      'io.strimzi.crdgenerator.CrdGenerator',
      '--yaml',
      '--target-kube',
      '1.30+',
      ...targets,
    ])
  })
  return folder
}

function pomOf(artifacts: readonly string[]): string {
  const dependencies = artifacts.map(
    (artifact) =>
      '<dependency><groupId>io.strimzi</groupId>' +
      `<artifactId>${artifact}</artifactId><version>${strimzi.version}</version></dependency>`,
  )
  return (
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>' +
    '<groupId>wabastream</groupId><artifactId>crds</artifactId><version>1</version>' +
    `<dependencies>${dependencies.join('')}</dependencies></project>`
  )
}

function asObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}
