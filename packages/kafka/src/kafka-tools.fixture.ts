import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import { ensureJavaDownloads } from '@wabastream/local-stack'
import { stackFromEnv } from '@wabastream/testing'

/** For tests: Kafka's own Java programs as judges. */
export interface KafkaTools {
  /** One line per record, as the console consumer prints it: time, offset, headers, key, value. */
  readCommitted(topic: string, count: number): Promise<readonly string[]>
  /** What DumpLogSegments says about each record batch of partition 0. */
  dumpBatches(topic: string): Promise<readonly string[]>
}

const run = promisify(execFile)
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024
const printed = ['timestamp', 'offset', 'headers', 'key', 'value']

function javaCommand(): string {
  const home = process.env['JAVA_HOME']
  return home === undefined ? 'java' : `${home}/bin/java`
}

export async function openKafkaTools(): Promise<KafkaTools> {
  const { kafkaLibraries } = await ensureJavaDownloads(() => undefined)
  const server = stackFromEnv().brokers.join(',')
  const java = async (program: string, ...args: readonly string[]): Promise<string> => {
    const options = ['-Xmx160m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']
    const { stdout } = await run(
      javaCommand(),
      [...options, '-cp', `${kafkaLibraries}/*`, program, ...args],
      { maxBuffer: OUTPUT_BYTES_MAX },
    )
    return stdout
  }
  const logDirectory = async (topic: string): Promise<string> => {
    const output = await java(
      'org.apache.kafka.tools.LogDirsCommand',
      '--bootstrap-server',
      server,
      '--describe',
      '--topic-list',
      topic,
    )
    const found = /"logDir":"([^"]+)"/.exec(output)?.[1]
    if (found === undefined) throw new Error(`no log directory of ${topic}`)
    return found
  }
  return {
    readCommitted: async (topic, count) => {
      const properties = printed.flatMap((field) => ['--property', `print.${field}=true`])
      const output = await java(
        'org.apache.kafka.tools.consumer.ConsoleConsumer',
        '--bootstrap-server',
        server,
        '--topic',
        topic,
        '--from-beginning',
        '--isolation-level',
        'read_committed',
        '--max-messages',
        String(count),
        ...properties,
      )
      return output.split('\n').filter((line) => line !== '')
    },
    dumpBatches: async (topic) => {
      const directory = `${await logDirectory(topic)}/${topic}-0`
      const segments = (await readdir(directory)).filter((name) => name.endsWith('.log'))
      const files = segments.map((name) => `${directory}/${name}`).join(',')
      const output = await java('kafka.tools.DumpLogSegments', '--deep-iteration', '--files', files)
      return output.split('\n').filter((line) => line.startsWith('baseOffset:'))
    },
  }
}
