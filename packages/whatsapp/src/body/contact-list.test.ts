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

describe.each([
  ['a short list', []],
  ['a long list', many({ wa_id: '1', user_id: 'u7' })],
])('in %s a number written in another way', (_name, others) => {
  const [ninth, third] = [{ wa_id: '551187654321' }, { wa_id: '55011987654321' }]
  const find = (...contacts: readonly unknown[]) =>
    new ContactList([...others, ...contacts]).find('5511987654321', null)

  it('is found, also where several contacts of one webhook are this person', () => {
    expect(find({ wa_id: '7' }, ninth)).toBe(ninth)
    expect(find(ninth, { ...ninth })).toBe(ninth)
  })

  it('is nobody where contacts differ, or there are none', () => {
    expect(find(ninth, third)).toBeNull()
    expect(find({ wa_id: '7' })).toBeNull()
  })

  it('gives way to a contact with one of the ids', () => {
    const same = { wa_id: '5511987654321' }
    expect(find(ninth, same)).toBe(same)
  })
})

it('names nobody by a number that very many contacts end with', () => {
  const contacts = Array.from({ length: 1_000 }, (_, index) => ({
    wa_id: `55${index + 1_000}87654321`,
  }))
  const list = new ContactList([...contacts, { wa_id: '551187654321' }])
  expect(list.find('5511987654321', null)).toBeNull()
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
