import { atEnd, daysNamedIn, type Literals, type Question, quoted } from './question.ts'

const QUERY = /(?:^|\n)(?<before>[^\n]*)\n*```sql\n(?<sql>.+?)```/gs
const TITLE_MAX = 60

/** Every query of the guide for analysts, in its order, named after its section. */
export function readGuide(guide: string, literals: Literals): readonly Question[] {
  return guide.split(/^##+ /m).flatMap((section) => {
    const heading = section.slice(0, section.indexOf('\n')).replaceAll('`', '')
    return [...section.matchAll(QUERY)].map(({ groups }, index): Question => {
      const { before = '', sql = '' } = groups ?? {}
      const title = before.endsWith(':')
        ? before.slice(0, -1).replaceAll('*', '')
        : `query ${index + 1}`
      const short = title.length > TITLE_MAX ? `${title.slice(0, TITLE_MAX)}…` : title
      return {
        name: `guide/${heading}: ${short}`,
        sql: atEnd(fill(sql.trim(), literals), literals),
        days: daysNamedIn(sql),
      }
    })
  })
}

function fill(sql: string, { contactId, messageId, number }: Literals): string {
  return sql
    .replaceAll("'wamid.EXAMPLE'", quoted(messageId))
    .replaceAll("'491700000001'", quoted(contactId))
    .replaceAll("number = '1'", `number = ${quoted(number)}`)
}
