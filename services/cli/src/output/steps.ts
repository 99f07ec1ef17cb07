import { formatDuration } from './format.ts'
import { type Terminal } from './terminal.ts'

/** Reports what a start is doing: one line per step, with the time it took. */
export interface Steps {
  run<T>(what: string, work: () => Promise<T>): Promise<T>
  /** A step that somebody else timed. */
  done(what: string): void
  say(what: string): void
  warn(what: string): void
  readonly elapsedMs: () => number
}

export function createSteps(terminal: Terminal): Steps {
  const { paint } = terminal
  const startedMs = performance.now()
  const elapsedMs = (): number => performance.now() - startedMs
  const stamp = (): string => paint.dim(`${(elapsedMs() / 1_000).toFixed(1).padStart(6)} s`)
  const line = (mark: string, what: string): void => terminal.note(`${stamp()}  ${mark} ${what}`)
  return {
    elapsedMs,
    say: (what) => line(paint.dim('·'), what),
    done: (what) => line(paint.green('✓'), what),
    warn: (what) => line(paint.yellow('!'), what),
    async run(what, work) {
      const fromMs = performance.now()
      try {
        const result = await work()
        line(paint.green('✓'), `${what} ${paint.dim(formatDuration(performance.now() - fromMs))}`)
        return result
      } catch (error) {
        line(paint.red('✗'), what)
        throw error
      }
    },
  }
}
