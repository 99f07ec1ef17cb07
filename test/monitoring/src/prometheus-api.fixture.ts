/** One series at one moment. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  /** May be NaN or infinite. */
  readonly value: number
}

interface Answer {
  readonly status: string
  readonly error?: string
  readonly data: {
    readonly resultType: string
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>
      readonly value: readonly [number, string]
    }[]
  }
}

/** Evaluates an expression now. Throws Prometheus's own message if it is not valid. */
export async function queryPrometheus(url: string, expr: string): Promise<readonly Sample[]> {
  const response = await fetch(`${url}/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query: expr }),
  })
  const answer: Answer = JSON.parse(await response.text())
  if (answer.status !== 'success') throw new Error(`${answer.error}: ${expr}`)
  return answer.data.result.map(({ metric, value }) => ({
    labels: metric,
    // Infinity is +Inf there.
    value: Number(value[1].replace('Inf', 'Infinity')),
  }))
}

interface RuleAnswer {
  readonly data: {
    readonly groups: readonly {
      readonly rules: readonly {
        readonly name: string
        readonly health: string
        readonly lastError?: string
      }[]
    }[]
  }
}

/** Name and error of each loaded rule; the error is empty where it evaluates. */
export async function readRuleErrors(
  url: string,
): Promise<readonly { readonly name: string; readonly health: string; readonly error: string }[]> {
  const answer: RuleAnswer = JSON.parse(await (await fetch(`${url}/api/v1/rules`)).text())
  return answer.data.groups
    .flatMap(({ rules }) => rules)
    .map(({ name, health, lastError = '' }) => ({ name, health, error: lastError }))
}
