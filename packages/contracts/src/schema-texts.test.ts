// Goal: what a running installation has registered stays the same version of its schema. Method:
// the text of every record that has ever been registered, by its digest. A digest changes only
// together with a field that is added on purpose.
import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { schemaTexts } from './generated/schema-texts.ts'
import { recordTopics } from './generated/vocabulary.ts'

const registered = {
  AccountEventReceived: 'ab042e83aa231470d4fc4a86d4e6f011c590dfd650828af7a3813db8a275a5fc',
  DeadLetter: 'b50d70035ef8b00ef373e8b0bfcdfcb546af7d70c97c12abf359e3b9a371128f',
  ErrorReported: 'ca1ead148f50edb2120520d66eefb8db3cdc10d9a99fb355889624ff32849e96',
  MessageEchoed: '7eebb01b8b9d00eea65474cf4c7a7adb0bca30855073f232186262f4256d36bd',
  MessageEdited: '02b38ab683021fef04f5cca4690baf5fb6f8d69985ec760a60eaca52603e373c',
  MessageMarkedRead: 'ec320d2bd4cf85e7da3117a86a4bd5d688d7535505e668a01fa18c98c41e1e62',
  MessageReacted: 'e7a0975b7bdece0e7acc684417b6942d8044d0d0241a74a803fd8052d39d3748',
  MessageReceived: 'c7974419783ece00921b5b3b86271f8cbb5506e8bd9bd30a2aa5632e3807e7ac',
  MessageReplied: '836d07871a58051944116aaa269c9b960cd183d076b5473e8f16b75acb166ecb',
  MessageRevoked: 'f478c6ac47742e29ffabb5e506d3195d9bfcdf11bfb2b2d6d8616e04657c2358',
  MessageStatusChanged: '599d10af91554da1bc1f67869660c8292fa6b47c1ee1d76e11cabcc6f408a851',
  MessageTimeline: '7f67abb3131fc3bcd003d2f545ff278586d15ee6d307dced6b868a85f393c9df',
  PaymentStatusChanged: '972bd7fcf703a95164501e34355a022e0eadbf62426672e8f7ec1ba2a234f0f4',
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
