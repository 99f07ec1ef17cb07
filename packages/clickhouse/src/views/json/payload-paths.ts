import { documentedFields } from '@wabastream/contracts'
import { sqlText } from '../../client/sql-literal.ts'

/** Members and lists within one another; what lies deeper is one value, as JSON. */
const LEVELS_MAX = 12

// A name that is no plain word may be an id of a person or something said: `*` stands for it.
const STEP = `if(match(inner.1, '^[A-Za-z_][A-Za-z0-9_-]*$') AND NOT match(inner.1, '[0-9]{5}'),
            inner.1, '*')`

/**
 * In SQL, what JSON text holds: of each text, number and truth its path, its places in the lists on
 * the way (from 1), and the value as JSON. Paths are written as those of `documentedFields`. Null
 * and empty text are values; empty lists and objects hold none.
 */
export const leavesOf = (json: string): string => `
        arrayFold((nodes, level) -> arrayFlatten(arrayMap(node -> multiIf(
          JSONType(node.3) = 'Object', arrayMap(
            inner -> (concat(node.1, if(node.1 = '', '', '.'), ${STEP}), node.2, inner.2),
            JSONExtractKeysAndValuesRaw(node.3)),
          JSONType(node.3) = 'Array', arrayMap(
            (inner, place) -> (concat(node.1, '[]'), arrayPushBack(node.2, place), inner),
            JSONExtractArrayRaw(node.3), arrayEnumerate(JSONExtractArrayRaw(node.3))),
          [node]), nodes)),
        range(${LEVELS_MAX}), [('', CAST([], 'Array(UInt32)'), ${json})])`

/** A value of JSON: a text as it reads, anything else as it is written. */
export const plainValue = (json: string): string =>
  `if(startsWith(${json}, '"'), JSONExtractString(${json}), ${json})`

const NUMBERS = ['phone_number_id', 'display_phone_number']
/** Fields in which the decoder takes `phone_number` for the business's own. */
const OWN_PHONE_NUMBER = '^(account_update$|channel_|phone_number_)'

/** What the decoder reads of the value of any field: number, account, time, and what happened. */
const OF_ANY_FIELD: readonly string[] = [
  'event',
  'field',
  'messaging_product',
  'metadata.display_phone_number',
  'metadata.phone_number_id',
  'timestamp',
  'waba_account.external_id',
  'waba_id',
  ...['', 'phone_number_settings.', 'recipient.', 'setup_info.'].flatMap((place) =>
    NUMBERS.map((name) => `${place}${name}`),
  ),
]

/** What views read beside what is documented today: the provider wrote it so once. */
const FORMERLY: Readonly<Record<string, readonly string[]>> = {
  account_alerts: ['alert_description', 'alert_severity', 'alert_status', 'alert_type'],
  account_update: ['ban_info.waba_ban_state[]'],
  template_correct_category_detection: ['category_update_timestamp', 'current_category'],
}

const documented = [
  ...Object.entries(documentedFields).map(([field, paths]) => [field, Object.keys(paths)] as const),
  ...Object.entries(FORMERLY),
].flatMap(([field, paths]) => paths.map((path) => `(${sqlText(field)}, ${sqlText(path)})`))

/**
 * In SQL, whether anything reads a path of an account event. Data that Meta made and a partner's
 * envelope brings carries id and time of its entry.
 */
export const isReadOfAccountEvent = ({ field, path, payload }: Readonly<Record<string, string>>) =>
  `(${path} IN (${OF_ANY_FIELD.map(sqlText).join(', ')})
          OR (${field}, ${path}) IN (${documented.join(',\n            ')})
          OR (${path} IN ('phone_number', 'setup_info.phone_number')
            AND match(${field}, '${OWN_PHONE_NUMBER}'))
          OR (${path} IN ('id', 'time') AND JSONHas(${payload}, 'messaging_product')))`
