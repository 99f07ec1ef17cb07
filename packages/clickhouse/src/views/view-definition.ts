import { CANARY_NUMBER } from '@wabastream/contracts'

export interface ViewContext {
  /** Database of the generation shown. */
  readonly source: string
  /** Database of the views, for views upon views. */
  readonly views: string
  readonly generation: number
}

export interface ViewDefinition {
  readonly name: string
  /** A SELECT that is right under duplicates and replay without the reader knowing FINAL. */
  readonly select: (context: ViewContext) => string
}

/** The canary's own messages are nobody's business: they show on its metrics only. */
export const notCanary = `number != '${CANARY_NUMBER}'`
