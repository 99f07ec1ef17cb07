import { type Hunk } from './steps.ts'
import { type Place, TutorialError } from './tutorial-error.ts'

/** The hunks of a `diff` block, whose first line is at `place`; lines `@@` separate them. */
export function parseHunks(content: string, place: Place): readonly Hunk[] {
  const hunks: Hunk[] = []
  let open = startHunk(place)
  content
    .replace(/\n$/, '')
    .split('\n')
    .forEach((line, index) => {
      const at = { page: place.page, line: place.line + index }
      if (line.startsWith('@@')) {
        hunks.push(toHunk(open))
        open = startHunk({ page: place.page, line: at.line + 1 })
      } else {
        addLine(open, line, at)
      }
    })
  return [...hunks, toHunk(open)]
}

interface OpenHunk {
  readonly place: Place
  readonly before: string[]
  readonly after: string[]
}

function startHunk(place: Place): OpenHunk {
  return { place, before: [], after: [] }
}

function addLine({ before, after }: OpenHunk, line: string, at: Place): void {
  const rest = line.slice(1)
  switch (line.charAt(0)) {
    // Editors take the blank off a line that has nothing else.
    case '':
    case ' ':
      before.push(rest)
      after.push(rest)
      return
    case '-':
      before.push(rest)
      return
    case '+':
      after.push(rest)
      return
    default:
      throw new TutorialError(at, `a line of a diff begins with ' ', '-' or '+': ${line}`)
  }
}

function toHunk({ place, before, after }: OpenHunk): Hunk {
  if (before.length === 0) {
    throw new TutorialError(place, 'a hunk has no line that says where it belongs')
  }
  if (before.join('\n') === after.join('\n')) {
    throw new TutorialError(place, 'a hunk changes nothing')
  }
  return { place, before, after }
}
