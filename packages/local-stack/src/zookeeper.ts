import { mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { type GuardedProcess, startGuardedProcess } from './process/guarded-process.ts'
import { javaCommand } from './process/java-command.ts'

const READY_TIMEOUT_MS = 60_000
const PROBE_TIMEOUT_MS = 1_000

export interface ZooKeeperOptions {
  /** Kafka's, among which it is. */
  readonly libraries: string
  readonly directory: string
  readonly port: number
}

/** A real ZooKeeper, which replicated tables of ClickHouse need. The local stack has none. */
export async function startZooKeeper(options: ZooKeeperOptions): Promise<GuardedProcess> {
  const { directory, libraries, port } = options
  await mkdir(directory, { recursive: true })
  const file = `${directory}/zoo.cfg`
  await writeFile(file, configuration(options))
  const server = await startGuardedProcess({
    name: 'zookeeper',
    command: javaCommand(),
    args: [
      '-Xmx128m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-XX:+ExitOnOutOfMemoryError',
      '-Dzookeeper.jmx.log4j.disable=true',
      // Nobody wants its data after a crash.
      '-Dzookeeper.forceSync=no',
      '-cp',
      `${libraries}/*`,
      'org.apache.zookeeper.server.ZooKeeperServerMain',
      file,
    ],
    logFile: `${directory}/zookeeper.log`,
  })
  await server
    .waitUntilReady(() => answersRuok(port), READY_TIMEOUT_MS)
    .catch(async (error: unknown) => {
      await server.stop()
      throw error
    })
  return server
}

const configuration = ({ directory, port }: ZooKeeperOptions): string => `tickTime=500
dataDir=${directory}/data
clientPort=${port}
clientPortAddress=127.0.0.1
admin.enableServer=false
4lw.commands.whitelist=ruok
`

function answersRuok(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write('ruok'))
    const settle = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(PROBE_TIMEOUT_MS, () => settle(false))
    socket.once('data', (data) => settle(data.toString('utf8') === 'imok'))
    socket.once('error', () => settle(false))
    socket.once('close', () => settle(false))
  })
}
