import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import { protections } from './protections.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const cases = readdirSync(new URL('../cases/', import.meta.url)).map((file) =>
  file.replace('.fault.test.ts', ''),
)
/** They rely on what the others rely on. */
const WITHOUT_ONE_OF_ITS_OWN = ['soak', ...cases.filter((name) => name.startsWith('rebuild-with-'))]

describe('the protections that can be taken out', () => {
  it('are in their files, each in one place', () => {
    const counts = protections.flatMap(({ name, edits }) =>
      edits.map(({ file, original }) => [
        name,
        file,
        readFileSync(`${root}${file}`, 'utf8').split(original).length - 1,
      ]),
    )
    expect(counts).toEqual(counts.map(([name, file]) => [name, file, 1]))
  })

  it('are there for each case', () => {
    const covered = new Set([
      ...protections.map((protection) => protection.case),
      ...WITHOUT_ONE_OF_ITS_OWN,
    ])
    expect([...covered].toSorted()).toEqual(cases.toSorted())
  })

  it('have a name each', () => {
    const names = protections.map(({ name }) => name)
    expect(names).toEqual([...new Set(names)])
  })
})
