// Goal: the repository keeps the shape that a linter cannot check. Method: every file that belongs
// to it is read. Each list of exceptions is closed, and may only shrink.
import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { readText, repositoryFiles, root, run } from './repository.fixture.ts'

const LINE_MAX = 100
const FOLDER_FILES_MAX = 25

/** The text of a migration that has run anywhere must not change: its checksum is stored. */
const LONG_LINES = ['packages/clickhouse/src/migrations/0001-message-tables.ts:61']

/** Lists, not rooms: one file for each decision, alert or case. */
const LISTS = /^(docs|deploy)\/|^test\/faults\/src\/cases$|^schemas$/

const files = repositoryFiles()
const isGenerated = (file: string): boolean => file.includes('/generated/')
const sources = files.filter((file) => /\.(ts|mjs|cjs)$/.test(file) && !isGenerated(file))
const texts = files.filter(
  (file) => /\.(ts|mjs|cjs|md|yaml|yml|avsc|sql|sh|tpl|txt)$/.test(file) && !isGenerated(file),
)
const pages = files.filter((file) => file.endsWith('.md'))
const decisions = pages.filter((file) => /^docs\/decisions\/\d/.test(file))

const LITERAL = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|\/(?:[^/\\\n]|\\.)+\/[a-z]*/g

/** The formatter cuts code, but no string: what is left of a line without its strings must fit. */
function isTooLong(line: string): boolean {
  if (line.length <= LINE_MAX) return false
  const isComment = /^\s*(\*|\/\/|\/\*)/.test(line)
  if (isComment && /https?:\/\/\S{60}/.test(line)) return false
  return (isComment ? line : line.replaceAll(LITERAL, "''")).length > LINE_MAX
}

describe('sources', () => {
  it(`have lines of at most ${LINE_MAX} columns, but for strings`, () => {
    const long = sources.flatMap((file) =>
      readText(file)
        .split('\n')
        .flatMap((line, index) => (isTooLong(line) ? [`${file}:${index + 1}`] : [])),
    )
    expect(long).toEqual(LONG_LINES)
  })

  it(`lie in folders of at most ${FOLDER_FILES_MAX} files`, () => {
    const counts = new Map<string, number>()
    for (const file of files) {
      const folder = dirname(file)
      if (folder === '.' || LISTS.test(folder) || isGenerated(file)) continue
      counts.set(folder, (counts.get(folder) ?? 0) + 1)
    }
    expect([...counts].filter(([, count]) => count > FOLDER_FILES_MAX)).toEqual([])
  })
})

describe('tests', () => {
  /** What these start ends by itself, or could not have the guard. */
  const UNGUARDED = [
    'packages/service-host/src/run-service.test.ts',
    'test/deploy/src/image/image.test.ts',
    'test/deploy/src/tools/run-command.ts',
  ]

  it('start processes that end with them', () => {
    const isOfTests = (file: string): boolean =>
      /^test\/|^packages\/testing\/|\.(test|fixture)\.ts$/.test(file)
    const unguarded = sources.filter(
      (file) =>
        isOfTests(file) &&
        /import \{[^}]*\b(spawn|fork)\b[^}]*\} from 'node:child_process'/.test(readText(file)),
    )
    expect(unguarded).toEqual(UNGUARDED)
  })
})

describe('decision records', () => {
  const numbers = decisions.map((file) => file.slice('docs/decisions/'.length).slice(0, 4))
  const index = readText('docs/decisions/README.md')

  it('have a number each, which their title begins with', () => {
    expect(numbers).toEqual([...new Set(numbers)])
    const wrong = decisions.filter(
      (file, at) => !new RegExp(`^# ${numbers[at] ?? ''}:? `).test(readText(file)),
    )
    expect(wrong).toEqual([])
  })

  it('mark what was decided', () => {
    const unmarked = decisions.filter((file) => !readText(file).includes('**Decision.**'))
    expect(unmarked).toEqual([])
  })

  it('stand in the index, once', () => {
    const listed = [...index.matchAll(/^\| \[(\d{4})\]\(([^)]+)\)/gm)]
    expect(listed.map(([, number]) => number).toSorted()).toEqual(numbers)
    expect(listed.map(([, , file]) => `docs/decisions/${file}`).toSorted()).toEqual(decisions)
  })

  it('are found by every number that is cited', () => {
    const known = new Set([...numbers, ...[...index.matchAll(/^\| (\d{4}) \|/gm)].map((m) => m[1])])
    const unknown = texts.flatMap((file) =>
      [...readText(file).matchAll(/\bdecisions?[ /](\d{4})\b|\[(?:decision )?(\d{4})\]\(/g)]
        .map(([, one, other]) => one ?? other)
        .filter((number) => !known.has(number))
        .map((number) => `${file}: ${number}`),
    )
    expect(unknown).toEqual([])
  })
})

describe('references', () => {
  /** The heading as a browser's address has it. */
  const anchorOf = (heading: string): string =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-')
  const anchorsOf = (page: string): ReadonlySet<string> =>
    new Set(
      [...readText(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading)),
    )

  it('of a page lead to files and headings that are there', () => {
    const dead = pages.flatMap((page) =>
      [...readText(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)]
        .filter(([, target = '', anchor]) => {
          const file = target === '' ? page : normalize(join(dirname(page), target))
          if (!existsSync(join(root, file))) return true
          return anchor !== undefined && file.endsWith('.md') && !anchorsOf(file).has(anchor)
        })
        .map(([link]) => `${page}: ${link}`),
    )
    expect(dead).toEqual([])
  })

  /** Written by tests, outside the repository. */
  const WRITTEN = ['panel-values.md', 'notes.md']

  it('name no document that is not in the repository', () => {
    const names = new Set([
      ...pages.map((page) => page.slice(page.lastIndexOf('/') + 1)),
      ...WRITTEN,
    ])
    const unknown = texts.flatMap((file) =>
      [...readText(file).matchAll(/(?<![\w-])([\w-]{1,80}\.md)\b|\b[A-Z]{3,} §\d+/g)]
        .filter(([, name]) => name === undefined || !names.has(name))
        .map(([reference]) => `${file}: ${reference}`),
    )
    expect(unknown).toEqual([])
  })
})

const FRAGMENT = /^(?:Kafka|ClickHouse|[^A-Z]|[A-Z](?![a-z]))[^]{10,}[^.]$/

describe('metrics', () => {
  it('have a help text each, as a fragment', () => {
    const texts = sources
      .filter((file) => !/\.(test|fixture)\.ts$/.test(file))
      .flatMap((file) =>
        [...readText(file).matchAll(/\bhelp:\s*(['"`])(.*?)\1/gs)].map(([, , text = '']) => text),
      )
    expect(texts.length).toBeGreaterThan(50)
    expect(texts.filter((text) => !FRAGMENT.test(text))).toEqual([])
  })
})

describe('variables', () => {
  const services = files.filter(
    (file) => /^services\/[^/]+\/src\/main\.ts$/.test(file) && !file.startsWith('services/cli/'),
  )

  it.each(services)('of %s have a help text each, as a fragment', async (main) => {
    const { out } = await run(process.execPath, [join(root, main), '--help', '--json'])
    const settings: readonly { readonly name: string; readonly description: string }[] =
      JSON.parse(out)
    expect(settings.length).toBeGreaterThan(5)
    expect(settings.filter(({ description }) => !FRAGMENT.test(description))).toEqual([])
  })
})
