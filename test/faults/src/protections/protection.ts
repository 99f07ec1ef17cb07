interface Edit {
  /** From the root. */
  readonly file: string
  /** Is in the file once. */
  readonly original: string
  readonly without: string
}

export interface Protection {
  readonly name: string
  /** The fault case that fails without it. */
  readonly case: string
  readonly edits: readonly Edit[]
}

export function edit(file: string, original: string, without: string): Edit {
  return { file, original, without }
}
