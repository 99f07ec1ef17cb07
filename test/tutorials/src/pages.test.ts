// Goal: a change of a line that a tutorial quotes fails at once, and no page goes untested. Method:
// what each page writes, on the files as they are and without its commands.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { applyHunks } from './apply-hunks.ts'
import { parseTutorial } from './parse-tutorial.ts'
import { root } from './repository-copy.ts'

const FOLDER = 'docs/tutorials'
const pages = readdirSync(join(root, FOLDER)).map((name) => `${FOLDER}/${name}`)
const readText = (file: string): string => readFileSync(join(root, file), 'utf8')

/** The files that a page creates or changes, as it leaves them. */
function writtenBy(page: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  for (const step of parseTutorial(page, readText(page))) {
    if (step.kind === 'create') files.set(step.file, step.content)
    if (step.kind === 'edit') {
      files.set(step.file, applyHunks(files.get(step.file) ?? readText(step.file), step))
    }
  }
  return files
}

describe('the pages', () => {
  it.each(pages)('%s changes lines that are there', (page) => {
    expect(writtenBy(page).size).toBeGreaterThan(0)
  })

  it('are each performed by a test', () => {
    const tests = readdirSync(import.meta.dirname).filter((name) =>
      name.endsWith('.integration.test.ts'),
    )
    const texts = tests.map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
    expect(pages.filter((page) => !texts.some((text) => text.includes(`'${page}'`)))).toEqual([])
  })
})
