import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

export const prometheusDirectory = fileURLToPath(
  new URL('../../../deploy/prometheus/', import.meta.url),
)

export interface AlertRule {
  readonly file: string
  readonly alert: string
  readonly expr: string
  /** What the rule adds; the severity among them. */
  readonly labels: Readonly<Record<string, string>>
  readonly summary: string
  readonly description: string
  readonly runbookUrl: string
}

export interface RecordingRule {
  readonly file: string
  readonly record: string
  readonly expr: string
}

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly RawRule[] }[]
}

interface RawRule {
  readonly alert?: string
  readonly record?: string
  readonly expr: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

/** Paths below deploy/prometheus. */
export const ruleFiles: readonly string[] = globSync('{alerts,recording}/*.yaml', {
  cwd: prometheusDirectory,
}).toSorted()

export const alertRules: readonly AlertRule[] = rules().flatMap(({ file, rule }) =>
  rule.alert === undefined
    ? []
    : [
        {
          file,
          alert: rule.alert,
          expr: rule.expr,
          labels: rule.labels ?? {},
          summary: rule.annotations?.['summary'] ?? '',
          description: rule.annotations?.['description'] ?? '',
          runbookUrl: rule.annotations?.['runbook_url'] ?? '',
        },
      ],
)

export const recordingRules: readonly RecordingRule[] = rules().flatMap(({ file, rule }) =>
  rule.record === undefined ? [] : [{ file, record: rule.record, expr: rule.expr }],
)

export const alertNames: readonly string[] = [...new Set(alertRules.map(({ alert }) => alert))]

function rules(): { readonly file: string; readonly rule: RawRule }[] {
  return ruleFiles.flatMap((file) => {
    const content: RuleFile = parse(readFileSync(`${prometheusDirectory}${file}`, 'utf8'))
    return content.groups.flatMap((group) => group.rules.map((rule) => ({ file, rule })))
  })
}
