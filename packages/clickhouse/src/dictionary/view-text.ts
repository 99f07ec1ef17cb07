/**
 * What a column holds of persons. Nothing of it is in the views for analysis: ids (`person`,
 * `message`, and lists of persons) stand there as pseudonyms, everything else is left out.
 */
export type Personal =
  /** Nothing. */
  | 'none'
  /** An id of a customer. */
  | 'person'
  | 'persons'
  /** An id of a message, a group, a call or the like, which may hold a phone number. */
  | 'message'
  /** What somebody wrote or may have quoted, also within JSON. */
  | 'text'
  /** A name, or an address to reach a person by. */
  | 'name'
  /** Where somebody is. */
  | 'place'

export interface ColumnText {
  readonly meaning: string
  /** Clock, grain and time zone of a time, or the unit of a number; undefined where it has none. */
  readonly measure: string | undefined
  readonly personal: Personal
}

export interface ParameterText {
  /** Of ClickHouse, without spaces. */
  readonly type: string
  readonly meaning: string
}

export interface ViewText {
  /** What the view shows: one sentence. */
  readonly shows: string
  /** What there is one row for: "message and participant". */
  readonly row: string
  /**
   * Columns on which a condition leaves most of the history unread: a range of time, or one id.
   * `little` where there is no history, `counted` where what is old was counted once. Without it,
   * every query reads all of the history, unless it has parameters to say so.
   */
  readonly narrowedBy?: readonly string[] | 'little' | 'counted'
  /** What a query gives, `view(since = …)`: the server knows no columns of such a view. */
  readonly parameters?: Readonly<Record<string, ParameterText>>
  readonly columns: Readonly<Record<string, ColumnText>>
}

const column =
  (personal: Personal, measure?: string) =>
  (meaning: string): ColumnText => ({ meaning, measure, personal })

/** Nothing about a person. */
export const plain = column('none')
export const person = column('person')
export const persons = column('persons')
export const message = column('message')
export const written = column('text')
export const name = column('name')
export const place = column('place')

/** A time that the provider gave. */
export const theirTime = column('none', "provider's clock, s, UTC")
/** A time at which we did something. */
export const ourTime = column('none', 'our clock, ms, UTC')
/** A time of the provider, or ours where it gave none. */
export const bestTime = column(
  'none',
  "provider's clock, s; our clock, ms, where it gave none; UTC",
)
/** A time between two of the provider's. */
export const theirSpan = column(
  'none',
  "ms between times of the provider's clock, which are whole s",
)
/** A number or time of another measure than these. */
export const measured = (measure: string, meaning: string): ColumnText =>
  column('none', measure)(meaning)

/** The comment of a view. */
export function toViewComment(text: ViewText): string {
  return `${text.shows} One row per ${text.row}.${toReading(text)}`
}

/** What a query reads; a guide for those who wait for it. */
function toReading({ narrowedBy = [], parameters }: ViewText): string {
  if (narrowedBy === 'little') return ''
  if (parameters !== undefined) return ' A query reads what its parameters say.'
  if (narrowedBy === 'counted') {
    return ' A query reads counts of days, and messages only of groups and of days not counted yet.'
  }
  if (narrowedBy.length === 0) return ' Every query reads the whole history.'
  const columns = alternatives.format(narrowedBy.map((column) => `\`${column}\``))
  return ` A query reads the whole history unless it limits ${columns}.`
}

const alternatives = new Intl.ListFormat('en-GB', { type: 'disjunction' })

/** The text in a database whose ids are pseudonyms: a condition on these finds nothing sooner. */
export function withPseudonyms(text: ViewText): ViewText {
  const { columns, narrowedBy } = text
  if (narrowedBy === undefined || typeof narrowedBy === 'string') return text
  return {
    ...text,
    narrowedBy: narrowedBy.filter((column) => columns[column]?.personal === 'none'),
  }
}

/** The comment of a column. */
export function toColumnComment({ meaning, measure }: ColumnText): string {
  return measure === undefined ? meaning : `${meaning} [${measure}]`
}
