// Goal: what a running installation has registered stays the same version of its schema. Method:
// the text of every record that has ever been registered, by its digest. A digest changes only
// together with a field that is added on purpose.
import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { schemaTexts } from './generated/schema-texts.ts'
import { recordTopics } from './generated/vocabulary.ts'

const registered = {
  AccountEventReceived: 'ab042e83aa231470d4fc4a86d4e6f011c590dfd650828af7a3813db8a275a5fc',
  DeadLetter: '0aee388f27a0f6213bdbada7e4839601c3a8b809010a9c8ffd1cd71055d86041',
  ErrorReported: '208fce98dc47e919902dca5f089f77b833e9fca19b2fed0de1835fd037de57aa',
  MessageEchoed: '1da9b35c6534b2dbfc8cb1ba0b292110f988fc01bf041a67522a69a08c61bc38',
  MessageEdited: '0447e7937a0ba2fe9e902b30d19489badf700973d9ce7ce5d136f3e68fa7d0be',
  MessageReacted: '7c80fec65f377c941ed811a9871f8dd0c5a5f5429cae866983d22bfdb6e09944',
  MessageReceived: 'c7974419783ece00921b5b3b86271f8cbb5506e8bd9bd30a2aa5632e3807e7ac',
  MessageReplied: '1e436d99f13b6dc7f9b90688515a647eb4e4e4c4169239e125a8e169cc22aee5',
  MessageRevoked: '8d748ee5811109a17ecc612ce31db398d2b6bfcfd0f591e1e752feaf36b1f6c9',
  MessageStatusChanged: '599d10af91554da1bc1f67869660c8292fa6b47c1ee1d76e11cabcc6f408a851',
  MessageTimeline: '01d28452afb4d687fbca5b685982decfa7d6162b5e2d8ba15270ef53226b3fb2',
  PaymentStatusChanged: '12a5d6712375605a610f887d5f90fcd171c7de92129cc72dec646ea3b9fcdf4d',
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
