import { describe, expect, it } from '@jest/globals'
import { ConfigError } from '@wabastream/service-host'
import { parsePolicies, readPolicyFile, toPolicyOf } from './policy-file.ts'

describe('the file of policies', () => {
  it('gives each channel its policy, and every other one none', () => {
    const { content } = parsePolicies(
      'channels: [{ name: main, policy: on_receipt }, { name: desk, policy: on_reply }]',
    )
    const policyOf = toPolicyOf(content ?? { channels: [] })
    expect(['main', 'desk', 'other'].map(policyOf)).toEqual(['on_receipt', 'on_reply', 'never'])
  })

  it('reports every problem at once', () => {
    const { problems } = parsePolicies(
      'channels: [{ name: a, policy: always }, { name: a, policy: never, typo: 1 }]',
    )
    expect(problems).toEqual([
      'channels[0].policy: must be one of never, on_receipt, on_reply, on_request',
      'channels[1]: Unrecognized key: "typo"',
      'channels[1].name: a is used twice',
    ])
  })

  it('is a problem of the configuration where it is not there', () => {
    expect(() => readPolicyFile('/nowhere/read-receipts.yaml')).toThrow(ConfigError)
  })
})
