import { Dice } from '../analytics/generate/dice.ts'

/**
 * When each of so many webhooks arrives, in ms after the beginning, in order: independently of each
 * other (a Poisson process), as those of many customers do. The same seed gives the same times.
 */
export function arrivalTimes(options: {
  readonly count: number
  readonly ratePerSecond: number
  readonly seed: number
}): readonly number[] {
  const { count, ratePerSecond, seed } = options
  const dice = new Dice(seed)
  let atMs = 0
  return Array.from({ length: count }, () => {
    atMs += (-Math.log(1 - dice.next()) * 1_000) / ratePerSecond
    return atMs
  })
}
