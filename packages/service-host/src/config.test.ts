import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import { readConfig, renderConfigHelp, toEnvironmentName } from './config.ts'
import { ConfigError } from './config-error.ts'
import {
  integerField,
  optionalTextField,
  passwordField,
  processFields,
  sharedFields,
} from './fields.ts'

const schema = z
  .object({
    ...processFields({ adminPort: 9_400 }),
    kafkaBrokers: sharedFields.kafkaBrokers,
    schemaRegistryUrl: sharedFields.schemaRegistryUrl,
    generation: sharedFields.generation,
    tlsCertFile: optionalTextField('certificate'),
    tlsKeyFile: optionalTextField('key'),
    bodyBytesMax: integerField({ fallback: 10, min: 1, max: 20, description: 'limit of a body' }),
  })
  .superRefine((config, context) => {
    if ((config.tlsCertFile === undefined) === (config.tlsKeyFile === undefined)) return
    context.addIssue({ code: 'custom', path: ['tlsKeyFile'], message: 'needs TLS_CERT_FILE too' })
  })

const minimal = { KAFKA_BROKERS: 'a:9092, b:9093,', SCHEMA_REGISTRY_URL: 'http://localhost:8081/x' }

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig({ schema, env, service: 'decoder' })
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

describe('readConfig', () => {
  it('reads lists, numbers and defaults from variables in capitals', () => {
    const config = readConfig({ schema, env: { ...minimal, GENERATION: '2' }, service: 'decoder' })
    expect(config).toEqual({
      adminHost: '0.0.0.0',
      adminPort: 9_400,
      logLevel: 'info',
      shutdownTimeoutMs: 25_000,
      otelTracesSamplerArg: 0.01,
      kafkaBrokers: ['a:9092', 'b:9093'],
      schemaRegistryUrl: 'http://localhost:8081/x',
      generation: 2,
      bodyBytesMax: 10,
    })
  })

  it('names every problem at once', () => {
    expect(
      problemsOf({
        KAFKA_BROKERS: 'nowhere',
        GENERATION: '-1',
        ADMIN_PORT: '65536',
        BODY_BYTES_MAX: '0x10',
      }),
    ).toEqual([
      'ADMIN_PORT: must be at most 65535',
      'KAFKA_BROKERS: must be host:port',
      'SCHEMA_REGISTRY_URL is missing',
      'GENERATION: must be a whole number',
      'BODY_BYTES_MAX: must be a whole number',
    ])
  })

  it('takes the empty string as absent', () => {
    expect(problemsOf({ ...minimal, KAFKA_BROKERS: ' ' })).toEqual(['KAFKA_BROKERS is missing'])
    expect(problemsOf({ ...minimal, GENERATION: '' })).toEqual([])
  })

  it('reports rules between variables under the name of the variable', () => {
    expect(problemsOf({ ...minimal, TLS_CERT_FILE: 'x' })).toEqual([
      'TLS_KEY_FILE: needs TLS_CERT_FILE too',
    ])
  })

  it('holds the problems in one message', () => {
    expect(() => readConfig({ schema, env: {}, service: 'decoder' })).toThrow(
      'The configuration of decoder cannot be used:\n' +
        '  - KAFKA_BROKERS is missing\n  - SCHEMA_REGISTRY_URL is missing',
    )
  })
})

describe('a variable in a file', () => {
  let directory = ''
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'config-'))
  })
  afterAll(() => rm(directory, { recursive: true }))

  it('is read without the white space around it', async () => {
    const file = join(directory, 'url')
    await writeFile(file, 'http://user:secret@localhost:8081/x\n')
    const env = { KAFKA_BROKERS: 'a:9092', SCHEMA_REGISTRY_URL_FILE: file }
    expect(readConfig({ schema, env, service: 'decoder' }).schemaRegistryUrl).toBe(
      'http://user:secret@localhost:8081/x',
    )
  })

  it.each([
    [' any "text\' $with= blanks, and ends \n', ' any "text\' $with= blanks, and ends '],
    ['two lines\n\n', 'two lines\n'],
    ['of windows\r\n', 'of windows'],
    ['bare ', 'bare '],
  ])('is taken literally if it is a password: %j', async (content, password) => {
    const file = join(directory, 'password')
    await writeFile(file, content)
    const read = (env: Readonly<Record<string, string>>) =>
      readConfig({
        schema: z.object({ password: passwordField('a password') }),
        env,
        service: 'test',
      })
    expect(read({ PASSWORD_FILE: file })).toEqual({ password })
    expect(read({ PASSWORD: password })).toEqual({ password })
  })

  it('is a problem of its own when the file cannot be read', () => {
    const file = join(directory, 'absent')
    expect(problemsOf({ SCHEMA_REGISTRY_URL_FILE: file })).toEqual([
      expect.stringMatching(/^SCHEMA_REGISTRY_URL_FILE: ENOENT/),
      'KAFKA_BROKERS is missing',
    ])
  })

  it('is a problem when it is given twice', () => {
    expect(problemsOf({ ...minimal, KAFKA_BROKERS_FILE: 'somewhere' })).toEqual([
      'KAFKA_BROKERS and KAFKA_BROKERS_FILE are both set',
    ])
  })
})

describe('renderConfigHelp', () => {
  it('lists every variable with its default and meaning', () => {
    const help = renderConfigHelp('decoder', schema)
    expect(help).toMatch(/KAFKA_BROKERS +required +Kafka brokers/)
    expect(help).toMatch(/GENERATION +1 +generation of/)
    expect(help).toMatch(/TLS_CERT_FILE +- +certificate/)
  })
})

describe('toEnvironmentName', () => {
  it('splits before capitals', () => {
    expect(toEnvironmentName('kafkaBrokers')).toBe('KAFKA_BROKERS')
    expect(toEnvironmentName('port')).toBe('PORT')
    expect(toEnvironmentName('sha256KeyFile')).toBe('SHA256_KEY_FILE')
  })
})
