import { type BusinessNumber } from './business.ts'
import { type Dice } from './dice.ts'
import { type Category } from './scene.ts'

const TEMPLATES_MAX = 12

/** The name of one of the number's templates. */
export function templateOf(dice: Dice, number: BusinessNumber, category: Category): string {
  return `${category}_${number.index % 10}_${dice.int(1, TEMPLATES_MAX)}`
}
