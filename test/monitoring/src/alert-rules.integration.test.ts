// Goal: each alert fires when it should, says what a person needs, and is quiet otherwise. Method:
// promtool, with the rules that are shipped and a case of each kind.
import { beforeAll, describe, expect, it } from '@jest/globals'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ensurePrometheus } from '@wabastream/local-stack'
import { type AlertCase, findRule, toPromtoolTests } from './alert-case.fixture.ts'
import { acknowledgementCases } from './cases/acknowledgement-cases.fixture.ts'
import { canaryCases } from './cases/canary-cases.fixture.ts'
import { forwardingCases } from './cases/forwarding-cases.fixture.ts'
import { readReceiptsCases } from './cases/read-receipts-cases.fixture.ts'
import { processesCases } from './cases/processes-cases.fixture.ts'
import { readersCases } from './cases/readers-cases.fixture.ts'
import { reconciliationCases } from './cases/reconciliation-cases.fixture.ts'
import { sinkCases } from './cases/sink-cases.fixture.ts'
import { spoolCases } from './cases/spool-cases.fixture.ts'
import { watchCases } from './cases/watch-cases.fixture.ts'
import { alertNames, alertRules, prometheusDirectory, ruleFiles } from './rules.fixture.ts'

const cases: readonly AlertCase[] = [
  ...acknowledgementCases,
  ...readersCases,
  ...sinkCases,
  ...spoolCases,
  ...processesCases,
  ...reconciliationCases,
  ...canaryCases,
  ...forwardingCases,
  ...readReceiptsCases,
  ...watchCases,
]
let promtool: string

beforeAll(async () => {
  ;({ promtool } = await ensurePrometheus(() => undefined))
}, 120_000)

/** Promtool's complaints; empty if it has none. */
async function check(args: readonly string[]): Promise<string> {
  return promisify(execFile)(promtool, args, { cwd: prometheusDirectory }).then(
    () => '',
    (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
  )
}

describe('rules', () => {
  it('are accepted by Prometheus', async () => {
    expect(await check(['check', 'rules', '--lint=all', '--lint-fatal', ...ruleFiles])).toBe('')
    expect(await check(['check', 'config', 'prometheus.yaml'])).toBe('')
  })

  it.each(alertNames)(
    '%s fires when it should, and else is quiet',
    async (alert) => {
      const directory = await mkdtemp(join(tmpdir(), 'wabastream-alerts-'))
      const file = join(directory, 'test.yaml')
      await writeFile(
        file,
        toPromtoolTests(
          alert,
          cases.filter((one) => one.alert === alert),
        ),
      )
      const complaints = await check(['test', 'rules', file])
      await rm(directory, { recursive: true })
      expect(complaints).toBe('')
    },
    90_000,
  )

  it('have for each alert a case that fires, for each of its severities, and one that is quiet', () => {
    const fired = new Set(
      cases.flatMap(({ alert, fires }) => fires.map(({ labels }) => findRule(alert, labels))),
    )
    const quiet = new Set(cases.filter(({ fires }) => fires.length === 0).map(({ alert }) => alert))
    expect(
      alertRules.filter((rule) => !fired.has(rule)).map(({ alert, labels }) => [alert, labels]),
    ).toEqual([])
    expect(alertNames.filter((alert) => !quiet.has(alert))).toEqual([])
  })
})

describe('alerts', () => {
  it('say how bad it is, what it is as a fragment, and what it means in sentences without numbers', () => {
    for (const { alert, description, labels, summary } of alertRules) {
      expect([alert, labels['severity']]).toEqual([
        alert,
        expect.stringMatching(/^(critical|warning)$/),
      ])
      expect(`${alert}: ${summary}`).toMatch(/: (?:[a-z]|\{\{)[^]{10,}[^.]$/)
      expect(`${alert}: ${description}`).toMatch(/: [A-Z][^{]{30,}\.$/)
    }
  })
})
