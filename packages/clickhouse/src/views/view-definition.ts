import { CANARY_NUMBER } from '@wabastream/contracts'

export interface ViewContext {
  /** Database of the generation shown. */
  readonly source: string
  /** Database of the views, for views of other views. */
  readonly views: string
  readonly generation: number
}

export interface ViewDefinition {
  readonly name: string
  /**
   * A SELECT that is right under duplicates and replay, without its reader having to know FINAL.
   */
  readonly select: (context: ViewContext) => string
}

/** The canary's own messages interest no analyst: only its metrics show them. */
export const notCanary = `number != '${CANARY_NUMBER}'`
