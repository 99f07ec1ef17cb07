// Goal: what a running installation has registered stays the same version of its schema. Method:
// the text of every record that has ever been registered, by its digest. A digest changes only
// together with a field that is added on purpose.
import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { schemaTexts } from './generated/schema-texts.ts'
import { recordTopics } from './generated/vocabulary.ts'

const registered = {
  AccountEventReceived: '37af446098afd71d79c52ea98e6704cd5c2db53f3cda251068eab999767cb72a',
  DeadLetter: '0aee388f27a0f6213bdbada7e4839601c3a8b809010a9c8ffd1cd71055d86041',
  ErrorReported: '88c52cb9fd83f4bb648c582515ab657d1d928fa1fa097371cbbc320c096d970b',
  MessageEchoed: 'dfb31d0105af7f45471ad3a6e301c1ec364a40bb75d8a493f84f768eeb2eea21',
  MessageEdited: '7c74af3d63efbd72f9f407ad08190b2af521d8551fb54a7771dbe5d710b62c2b',
  MessageReacted: 'b13152cb4586023a4548822ce9d16db1725892b2cda848cdee6887b4c47bb75d',
  MessageReceived: '6da01c13ef4144731cb887bee160fec7418b479ddc8cd2ad8d7048a1abe65528',
  MessageReplied: '38ee3ce1ef9f9d986e8b859cce10db76ac541c252f54287a709077a5966f0d7b',
  MessageRevoked: '744030e6487ee749db57b2adcbbc159a809db9a153cea3c7774e1b750aae7257',
  MessageStatusChanged: '12112e1869ca6883a4443c69d106383f6bbab1b39c3f0fddd35d817b9d00f619',
  MessageTimeline: 'dc2971e49d53eef0f6003704a3c4955765700cb14923d489abfa0e24a236fabf',
  PaymentStatusChanged: 'ea9f60b627846417cdd6d7f4a53e9010c9f41bc382bfe8d7842ba62f4f082a4d',
  StatusTransition: 'a2d38bba907ce5ad6d54a6dc33837bb04bee17606c435f14122d01bc3ee54be7',
  WebhooksDecoded: '438b911dbb6989ce79935a7e5378a8a0f924698d3594f3fd8f98c783f37df3e0',
} as const

describe('the text that is registered', () => {
  it.each(Object.entries(registered))('of %s is byte for byte what it was', (name, digest) => {
    const text = Object.entries(schemaTexts).find(([one]) => one === name)?.[1] ?? ''
    expect(createHash('sha256').update(text).digest('hex')).toBe(digest)
  })

  it.each(Object.keys(recordTopics))('of %s holds nothing that is for the generator', (name) => {
    const keys = new Set<string>()
    const text = Object.entries(schemaTexts).find(([one]) => one === name)?.[1] ?? ''
    JSON.parse(text, (key, value: unknown) => {
      if (Number.isNaN(Number(key))) keys.add(key)
      return value
    })
    const avro = ['type', 'name', 'namespace', 'doc', 'fields', 'items', 'default', 'logicalType']
    expect([...keys].filter((key) => ![...avro, 'closedSet'].includes(key))).toEqual([])
  })
})
