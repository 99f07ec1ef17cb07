import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ensureJavaDownloads, startKafkaCluster } from '@wabastream/local-stack'
import { createTestAuthority } from '@wabastream/testing'

/** A broker behind TLS and passwords, where nobody may do what no rule allows. */
export interface SecuredKafka {
  readonly address: string
  /** The authority of the broker (PEM). */
  readonly ca: string
  /** Variables of a service that comes as this user. */
  environmentOf(
    user: string,
    changes?: { readonly password?: string },
  ): Promise<Record<string, string>>
  passwordOf(user: string): string
  stop(): Promise<void>
}

const ACL_LINE = /^acl (--.*)$/gm
const securityGuide = fileURLToPath(new URL('../../../docs/security.md', import.meta.url))
const LOGIN = 'org.apache.kafka.common.security.scram.ScramLoginModule required;'

/**
 * Any character may be in a password; quotes, since the tool that formats the folder splits at
 * commas.
 */
const passwordOf = (user: string): string => ` p'$%:/@?#&\\{ä} of ${user} `

/** Starts it with these users, and the rules of `docs/security.md` applied as they stand there. */
export async function startSecuredKafka(users: readonly string[]): Promise<SecuredKafka> {
  const directory = await mkdtemp(join(tmpdir(), 'wabastream-secured-'))
  const authority = await createTestAuthority('of the broker')
  const { cert, key } = await authority.issue('broker', { purpose: 'server' })
  const keystore = join(directory, 'broker.pem')
  const caFile = join(directory, 'ca.pem')
  await writeFile(keystore, `${key}${cert}`)
  await writeFile(caFile, authority.cert)
  const cluster = await startKafkaCluster({
    brokers: 1,
    dataDirectory: directory,
    advertise: async (port) => port,
    formatArgs: users.flatMap((user) => [
      '--add-scram',
      `SCRAM-SHA-512=[name=${user},password=${passwordOf(user)}]`,
    ]),
    properties: {
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,PROXIED:SASL_SSL,CONTROLLER:PLAINTEXT',
      'listener.name.proxied.ssl.keystore.type': 'PEM',
      'listener.name.proxied.ssl.keystore.location': keystore,
      'listener.name.proxied.sasl.enabled.mechanisms': 'SCRAM-SHA-512',
      'listener.name.proxied.scram-sha-512.sasl.jaas.config': LOGIN,
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      // Whoever comes by the other listener: the broker itself, and the test's own tools.
      'super.users': 'User:ANONYMOUS',
    },
  })
  const stop = async (): Promise<void> => {
    await cluster.stop()
    await rm(directory, { recursive: true, force: true })
  }
  try {
    await applyRules(cluster.addresses.join(','))
  } catch (error) {
    await stop()
    throw error
  }
  return {
    address: cluster.proxiedAddresses.join(','),
    ca: authority.cert,
    passwordOf,
    stop,
    async environmentOf(user, { password = passwordOf(user) } = {}) {
      const passwordFile = join(directory, `${user}-${password.length}.password`)
      await writeFile(passwordFile, `${password}\n`)
      return {
        KAFKA_BROKERS: cluster.proxiedAddresses.join(','),
        KAFKA_SSL_CA_FILE: caFile,
        KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
        KAFKA_SASL_USERNAME: user,
        KAFKA_SASL_PASSWORD_FILE: passwordFile,
      }
    },
  }
}

/** With Kafka's own tool. */
async function applyRules(server: string): Promise<void> {
  const { kafkaLibraries } = await ensureJavaDownloads(() => undefined)
  const lines = [...(await readFile(securityGuide, 'utf8')).matchAll(ACL_LINE)]
  const home = process.env['JAVA_HOME']
  for (const [, rule = ''] of lines) {
    await promisify(execFile)(home === undefined ? 'java' : `${home}/bin/java`, [
      '-Xmx128m',
      '-XX:TieredStopAtLevel=1',
      '-XX:+UseSerialGC',
      '-cp',
      `${kafkaLibraries}/*`,
      'org.apache.kafka.tools.AclCommand',
      '--bootstrap-server',
      server,
      '--add',
      ...rule.split(' '),
    ])
  }
}
