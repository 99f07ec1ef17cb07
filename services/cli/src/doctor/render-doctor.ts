import { type Paint } from '../output/terminal.ts'
import { type Finding } from './finding.ts'

/** A line for each finding with its fix below, and a last line that sums up. */
export function renderDoctor(findings: readonly Finding[], paint: Paint): string {
  const lines = findings.flatMap(({ fix, hop, message, state }) => [
    `${markOf(state, paint)} ${hop.padEnd(14)} ${message}`,
    ...(fix === null ? [] : [`  ${' '.repeat(14)} ${paint.dim(`→ ${fix}`)}`]),
  ])
  const broken = [
    ...new Set(findings.filter(({ state }) => state === 'broken').map(({ hop }) => hop)),
  ]
  const verdict =
    broken.length === 0
      ? paint.green('nothing is broken')
      : paint.red(`broken: ${broken.join(', ')}`)
  return [...lines, '', verdict].join('\n')
}

function markOf(state: Finding['state'], paint: Paint): string {
  switch (state) {
    case 'ok':
      return paint.green('✓')
    case 'warning':
      return paint.yellow('!')
    case 'broken':
      return paint.red('✗')
    case 'not checked':
      return paint.dim('·')
  }
}
