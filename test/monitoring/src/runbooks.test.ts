// Goal: whoever is woken finds a page that helps. Method: the pages beside the rules.
import { describe, expect, it } from '@jest/globals'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { alertNames, alertRules } from './rules.fixture.ts'
import { root, runbooks } from './runbooks.fixture.ts'

const PARTS = ['What it means', 'Impact', 'Check', 'Fix']

function pathOf(alert: string): string {
  const kebab = alert
    .replace('Wabastream', '')
    .replaceAll(/(?<!^)[A-Z]/g, '-$&')
    .toLowerCase()
  return `docs/runbooks/${kebab}.md`
}

describe('runbooks', () => {
  it('are where each alert says', () => {
    for (const { alert, runbookUrl } of alertRules) {
      expect([alert, runbookUrl]).toEqual([alert, pathOf(alert)])
    }
  })

  it('are one for each alert, and none without', () => {
    expect(runbooks.map(({ file }) => file)).toEqual(alertNames.map(pathOf).toSorted())
  })

  it.each(runbooks.map(({ file, text }) => ({ file, text })))(
    '$file says what it means, the impact, how to check and how to mend',
    ({ file, text }) => {
      expect([...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual(PARTS)
      expect(alertNames.filter((alert) => text.includes(`\`${alert}\`:`)).map(pathOf)).toEqual([
        file,
      ])
      expect(text).toMatch(/```sh\n/)
      expect(text).toContain('[how to read the commands](README.md)')
    },
  )

  it('lead to pages that exist', () => {
    const dead = runbooks.flatMap(({ file, text }) =>
      [...text.matchAll(/\]\(([^)#:]+)\)/g)]
        .map(([, target = '']) => join(dirname(file), target))
        .filter((target) => !existsSync(join(root, target)))
        .map((target) => `${file}: ${target}`),
    )
    expect(dead).toEqual([])
  })
})
