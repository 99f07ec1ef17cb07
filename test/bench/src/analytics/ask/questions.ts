import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { readDashboard } from './dashboard-questions.ts'
import { readGuide } from './guide-questions.ts'
import { namedQuestions } from './named-questions.ts'
import { type Literals, type Question } from './question.ts'

const ROOT = new URL('../../../../../', import.meta.url)

/** Every query of the guide and of the dashboards, and those beside them. */
export async function readQuestions(literals: Literals): Promise<readonly Question[]> {
  const guide = await readFile(new URL('docs/analysts.md', ROOT), 'utf8')
  const files = globSync('deploy/grafana/dashboards/*.json', { cwd: ROOT }).toSorted()
  const dashboards = await Promise.all(files.map((file) => readFile(new URL(file, ROOT), 'utf8')))
  return withOwnNames([
    ...namedQuestions(literals),
    ...readGuide(guide, literals),
    ...dashboards.flatMap((json) => readDashboard(json, literals)),
  ])
}

/** A panel may ask several queries. */
function withOwnNames(questions: readonly Question[]): readonly Question[] {
  const seen = new Map<string, number>()
  return questions.map((question) => {
    const count = (seen.get(question.name) ?? 0) + 1
    seen.set(question.name, count)
    return count === 1 ? question : { ...question, name: `${question.name} (${count})` }
  })
}
