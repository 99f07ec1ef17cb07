import { type Place } from './tutorial-error.ts'

/** What a reader does, and the harness with them: one fenced block of the page. */
export type Step = CreateStep | EditStep | RunStep

export interface CreateStep {
  readonly kind: 'create'
  readonly place: Place
  /** From the repository's root. */
  readonly file: string
  readonly content: string
}

export interface EditStep {
  readonly kind: 'edit'
  readonly place: Place
  readonly file: string
  readonly hunks: readonly Hunk[]
}

/** Consecutive lines that stand in a file exactly once, and what replaces them. */
export interface Hunk {
  readonly place: Place
  readonly before: readonly string[]
  readonly after: readonly string[]
}

export interface RunStep {
  readonly kind: 'run'
  readonly place: Place
  readonly command: string
  readonly shouldFail: boolean
  /** Lines of the output in their order; `…` in one stands for anything. */
  readonly output: readonly string[]
}
