import { mkdir } from 'node:fs/promises'
import { type GuardedProcess, startGuardedProcess } from './process/guarded-process.ts'
import { classArchiveOptions } from './class-archive.ts'
import { javaCommand } from './process/java-command.ts'

const READY_TIMEOUT_MS = 120_000
const PROBE_TIMEOUT_MS = 2000

export interface SchemaRegistryOptions {
  readonly application: string
  readonly directory: string
  readonly port: number
  /** Replace the options for a quick start. */
  readonly jvmOptions?: readonly string[] | undefined
  readonly signal?: AbortSignal | undefined
}

export function schemaRegistryUrl(port: number): string {
  return `http://127.0.0.1:${port}/apis/ccompat/v7`
}

/** A real Apicurio registry with its schemas in a file, so that ids outlive a restart. */
export async function startSchemaRegistry(options: SchemaRegistryOptions): Promise<GuardedProcess> {
  const { application, directory, port, signal } = options
  await mkdir(directory, { recursive: true })
  const registry = await startGuardedProcess({
    name: 'schema-registry',
    command: javaCommand(),
    args: [
      '-Xms64m',
      '-Xmx192m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-XX:+ExitOnOutOfMemoryError',
      ...(options.jvmOptions ?? classArchiveOptions(application)),
      '-cp',
      `${application}/*:${application}/lib/*`,
      `-Dwabastream.directory=${directory}`,
      'io.quarkus.runner.GeneratedMain',
    ],
    environment: {
      REGISTRY_DATASOURCE_URL: `jdbc:h2:file:${directory}/registry`,
      QUARKUS_HTTP_HOST: '127.0.0.1',
      QUARKUS_HTTP_PORT: String(port),
      QUARKUS_LOG_LEVEL: 'WARN',
      // Says on which port it listens.
      QUARKUS_LOG_CATEGORY__IO_QUARKUS__LEVEL: 'INFO',
      LOG_LEVEL: 'WARN',
      REGISTRY_LOG_LEVEL: 'WARN',
    },
    logFile: `${directory}/schema-registry.log`,
    announcements: [`Listening on: http://127.0.0.1:${port}\n`],
    signal,
  })
  await registry
    .waitUntilReady(() => answers(`${schemaRegistryUrl(port)}/subjects`), READY_TIMEOUT_MS)
    .catch(async (error: unknown) => {
      await registry.stop()
      throw error
    })
  return registry
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) })
  await response.arrayBuffer()
  return response.ok
}
