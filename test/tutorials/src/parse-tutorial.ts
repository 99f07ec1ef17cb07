import MarkdownIt from 'markdown-it'
import { parseHunks } from './parse-hunks.ts'
import { type RunStep, type Step } from './steps.ts'
import { type Place, TutorialError } from './tutorial-error.ts'

/** A fenced block: its place is that of its first line of content. */
interface Fence {
  readonly place: Place
  readonly language: string
  readonly attributes: readonly string[]
  readonly content: string
}

const markdown = new MarkdownIt()

/** The steps of a page in order; blocks that are only for reading are none. */
export function parseTutorial(page: string, text: string): readonly Step[] {
  const steps: Step[] = []
  for (const fence of findFences(page, text)) {
    if (fence.language === 'text' && fence.attributes.length === 0) addOutput(steps, fence)
    else steps.push(...toSteps(fence))
  }
  return steps
}

function findFences(page: string, text: string): readonly Fence[] {
  return markdown.parse(text, {}).flatMap(({ type, info, content, map }) => {
    if (type !== 'fence') return []
    const [language = '', ...attributes] = info.trim().split(/\s+/)
    // The map counts from 0, and begins with the line of the fence.
    const line = (map?.[0] ?? 0) + 2
    return [{ place: { page, line }, language, attributes, content }]
  })
}

function toSteps({ place, language, attributes, content }: Fence): readonly Step[] {
  const file = fileOf(attributes, place)
  if (language === 'sh') {
    if (file === null) return [toRun(attributes, content, place)]
  } else if (language === 'diff') {
    if (file === null) throw new TutorialError(place, 'a diff needs file=path')
    return [{ kind: 'edit', place, file, hunks: parseHunks(content, place) }]
  }
  return file === null ? [] : [{ kind: 'create', place, file, content }]
}

function fileOf(attributes: readonly string[], place: Place): string | null {
  const [attribute, ...others] = attributes.filter((given) => given.includes('='))
  if (attribute === undefined) return null
  const [name = '', file = ''] = attribute.split('=')
  if (name !== 'file' || others.length > 0) {
    throw new TutorialError(place, `unknown attribute of a block: ${attributes.join(' ')}`)
  }
  const isInside = file !== '' && !file.startsWith('/') && !file.split('/').includes('..')
  if (!isInside) throw new TutorialError(place, `not a path from the root: '${file}'`)
  return file
}

function toRun(attributes: readonly string[], content: string, place: Place): RunStep {
  const [word, ...others] = attributes
  if (others.length > 0 || (word !== undefined && word !== 'fails')) {
    throw new TutorialError(place, `unknown word of a command: ${attributes.join(' ')}`)
  }
  return { kind: 'run', place, command: content, shouldFail: word === 'fails', output: [] }
}

/** Belongs to the command right before it. */
function addOutput(steps: Step[], { place, content }: Fence): void {
  const last = steps.at(-1)
  if (last?.kind !== 'run') throw new TutorialError(place, 'output without a command before it')
  const lines = content.split('\n').filter((line) => line.trim() !== '')
  steps[steps.length - 1] = { ...last, output: [...last.output, ...lines] }
}
