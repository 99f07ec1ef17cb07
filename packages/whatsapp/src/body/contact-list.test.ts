import { describe, expect, it } from '@jest/globals'
import { ContactList } from './contact-list.ts'

const many = (last: Readonly<Record<string, unknown>>) => [
  ...Array.from({ length: 20 }, (_, index) => ({ wa_id: String(index), user_id: `u${index}` })),
  last,
]

describe.each([
  ['a short list', [{ wa_id: '7', user_id: 'u1' }, 'junk', { wa_id: '1', user_id: 'u7' }]],
  ['a long list', [{ wa_id: '7', user_id: 'u1' }, 'junk', ...many({ wa_id: '1', user_id: 'u7' })]],
])('in %s', (_name, contacts) => {
  const list = new ContactList(contacts)

  it('the first contact with one of the ids is found', () => {
    expect(list.find('7', null)).toBe(contacts[0])
    expect(list.find(null, 'u1')).toBe(contacts[0])
    expect(list.find('1', 'u1')).toBe(contacts[0])
    expect(list.find('7', 'u7')).toBe(contacts[0])
    expect(list.find('none', null)).toBeNull()
    expect(list.find(null, null)).toBeNull()
  })
})

describe('a number written in another way', () => {
  const [ninth, third] = [{ wa_id: '551187654321' }, { wa_id: '55011987654321' }]

  it('is found, also where several contacts of one webhook are this person', () => {
    expect(new ContactList([{ wa_id: '7' }, ninth]).find('5511987654321', null)).toBe(ninth)
    expect(new ContactList([ninth, { ...ninth }]).find('5511987654321', null)).toBe(ninth)
  })

  it('is nobody where contacts differ, or there are none', () => {
    expect(new ContactList([ninth, third]).find('5511987654321', null)).toBeNull()
    expect(new ContactList([{ wa_id: '7' }]).find('5511987654321', null)).toBeNull()
  })
})

it('looks at each contact once, however many items ask', () => {
  let reads = 0
  const contacts = Array.from({ length: 1_000 }, (_, index) => ({
    get wa_id() {
      reads += 1
      return String(index)
    },
  }))
  const list = new ContactList(contacts)
  for (let item = 0; item < 1_000; item += 1) list.find('nobody', null)
  expect(reads).toBe(1_000)
})
