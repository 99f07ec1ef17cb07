/** What is wrong, in words; all empty if nothing is. */
export interface Judgement {
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  readonly differing: readonly string[]
}

export function together(judgements: readonly Partial<Judgement>[]): Judgement {
  return {
    lost: judgements.flatMap(({ lost = [] }) => lost),
    doubled: judgements.flatMap(({ doubled = [] }) => doubled),
    differing: judgements.flatMap(({ differing = [] }) => differing),
  }
}

export function named(what: string, which: readonly string[]): readonly string[] {
  return which.map((one) => `${what} ${one}`)
}

export function without(all: readonly string[], some: readonly string[]): readonly string[] {
  const known = new Set(some)
  return all.filter((one) => !known.has(one))
}

export function repeated(all: readonly string[]): readonly string[] {
  const seen = new Set<string>()
  return all.filter((one) => seen.has(one) || !seen.add(one))
}
