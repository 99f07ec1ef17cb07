import { describe, expect, it } from '@jest/globals'
import { renderTable } from './table.ts'

const head = ['id', 'state', 'detail']
const rows = [
  ['3-17', 'open', 'a detail of many words that says what exactly was wrong'],
  ['4-2', 'x', ''],
]
const widest = (text: string): number => Math.max(...text.split('\n').map(({ length }) => length))

describe('a table', () => {
  it('has its natural width if there is room', () => {
    const text = renderTable({ head, rows, columns: 200 })
    expect(text).toBe(renderTable({ head, rows, columns: Infinity }))
    expect(text).toContain('│ a detail of many words that says what exactly was wrong │')
  })

  it.each([60, 40])('fits a terminal of %d characters, and keeps every word', (columns) => {
    const text = renderTable({ head, rows, columns })
    expect(widest(text)).toBeLessThanOrEqual(columns)
    expect(text.replaceAll(/[^a-z]/g, '')).toContain('3-17'.replaceAll(/[^a-z]/g, ''))
    for (const word of ['open', 'exactly']) expect(text.replaceAll(/[\s│]/g, '')).toContain(word)
  })

  it.each([20, 5, 1])('becomes blocks of lines if there are only %d characters', (columns) => {
    expect(renderTable({ head, rows: rows.slice(1), columns })).toBe('id: 4-2\nstate: x\ndetail: ')
  })
})
