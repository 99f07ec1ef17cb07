/** A tutorial that cannot be read or whose step failed; the message begins with the place. */
export class TutorialError extends Error {
  readonly code = 'tutorial_broken'

  constructor(place: Place, problem: string) {
    super(`${place.page}:${place.line}: ${problem}`)
    this.name = 'TutorialError'
  }
}

/** Where a step stands: the page from the repository's root, and the line, from 1. */
export interface Place {
  readonly page: string
  readonly line: number
}
