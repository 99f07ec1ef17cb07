import { type AlertRule, alertRules, prometheusDirectory, ruleFiles } from './rules.fixture.ts'

/** What promtool should see: series in its notation, and the alerts that then fire at a moment. */
export interface AlertCase {
  readonly alert: string
  /** A fact. */
  readonly title: string
  /** Time between two values; 1m by default. The same for all cases of an alert. */
  readonly every?: string
  readonly series: Readonly<Record<string, string>>
  readonly at: string
  /** Empty: the alert is quiet. */
  readonly fires: readonly Firing[]
}

export interface Firing {
  /** All of them, the severity too. */
  readonly labels: Readonly<Record<string, string>>
  /** As a person reads it. */
  readonly summary: string
}

/** A test file of promtool for one alert; JSON is YAML. */
export function toPromtoolTests(alert: string, cases: readonly AlertCase[]): string {
  const own = alertRules.find((rule) => rule.alert === alert)?.file
  const files = ruleFiles.filter((file) => file === own || file.startsWith('recording/'))
  return JSON.stringify(
    {
      rule_files: files.map((file) => `${prometheusDirectory}${file}`),
      evaluation_interval: cases[0]?.every ?? '1m',
      tests: cases.map(({ title, every = '1m', series, at, fires }) => ({
        name: title,
        interval: every,
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        alert_rule_test: [
          {
            eval_time: at,
            alertname: alert,
            exp_alerts: fires.map((firing) => toExpectedAlert(alert, firing)),
          },
        ],
      })),
    },
    null,
    2,
  )
}

/** Description and runbook hold no template, so they are the rule's own. */
function toExpectedAlert(alert: string, { labels, summary }: Firing): object {
  const rule = findRule(alert, labels)
  return {
    exp_labels: labels,
    exp_annotations: {
      summary,
      description: rule.description,
      runbook_url: rule.runbookUrl,
    },
  }
}

export function findRule(alert: string, labels: Firing['labels']): AlertRule {
  const rule = alertRules.find(
    (one) =>
      one.alert === alert &&
      Object.entries(one.labels).every(([name, value]) => labels[name] === value),
  )
  if (rule === undefined) throw new Error(`no rule ${alert} with ${JSON.stringify(labels)}`)
  return rule
}
