import { type EditStep, type Hunk } from './steps.ts'
import { TutorialError } from './tutorial-error.ts'

/** The text with each hunk replaced in turn; throws where one is not there, or there twice. */
export function applyHunks(text: string, { file, hunks }: EditStep): string {
  let lines: readonly string[] = text.split('\n')
  for (const hunk of hunks) lines = applyHunk(lines, hunk, file)
  return lines.join('\n')
}

function applyHunk(lines: readonly string[], hunk: Hunk, file: string): readonly string[] {
  const { before, after } = hunk
  const [from, ...others] = placesOf(before, lines)
  if (from === undefined) throw new TutorialError(hunk.place, describeMissing(lines, hunk, file))
  if (others.length > 0) {
    const where = [from, ...others].map((index) => index + 1).join(', ')
    throw new TutorialError(
      hunk.place,
      `${file} has this hunk ${others.length + 1} times, at lines ${where}:\n${before.join('\n')}`,
    )
  }
  return lines.toSpliced(from, before.length, ...after)
}

function placesOf(wanted: readonly string[], lines: readonly string[]): readonly number[] {
  return lines.flatMap((_, from) =>
    wanted.every((line, index) => lines[from + index] === line) ? [from] : [],
  )
}

/** Says which of the hunk's lines are nowhere: the rest of it is usually right. */
function describeMissing(lines: readonly string[], { before }: Hunk, file: string): string {
  const unknown = before.filter((line) => !lines.includes(line))
  const why =
    unknown.length === 0
      ? 'its lines are there, but not one after the other'
      : `these lines are not there:\n${unknown.join('\n')}`
  return `${file} does not have this hunk:\n${before.join('\n')}\n\n${why}`
}
