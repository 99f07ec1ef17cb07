/** The configuration cannot be used. The message names every problem at once. */
export class ConfigError extends Error {
  readonly code = 'config_invalid'
  readonly problems: readonly string[]

  /** `others` are reported in the same message: problems that were found in other files. */
  constructor(subject: string, problems: readonly string[], others: readonly ConfigError[] = []) {
    const list = problems.map((problem) => `  - ${problem}`)
    const own = problems.length === 0 ? [] : [[`${subject} cannot be used:`, ...list].join('\n')]
    super([...own, ...others.map(({ message }) => message)].join('\n'))
    this.name = 'ConfigError'
    this.problems = [...problems, ...others.flatMap((other) => other.problems)]
  }
}

/** The results of all, or one ConfigError with the problems of all. Other errors are thrown. */
export function loadAll<T extends readonly unknown[]>(
  ...loads: { readonly [K in keyof T]: () => T[K] }
): T
export function loadAll(...loads: readonly (() => unknown)[]): readonly unknown[] {
  const errors: ConfigError[] = []
  const results = loads.map((load) => {
    try {
      return load()
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      errors.push(error)
      return undefined
    }
  })
  if (errors.length > 0) throw new ConfigError('', [], errors)
  return results
}
