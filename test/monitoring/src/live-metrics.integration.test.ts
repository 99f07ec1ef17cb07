// Goal: each panel of each dashboard shows something, and each rule evaluates, on what the services
// really export. Method: a whole wabastream under load, a real Prometheus that scrapes it, and
// every expression that is shipped. What the panels showed is left in
// .cache/monitoring/panel-values.md.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { ensurePrometheus } from '@wabastream/local-stack'
import { generateTraffic, sendWebhooks } from '@wabastream/simulator'
import { eventually } from '@wabastream/testing'
import { panelQueries, substitute, variableQueries } from './dashboard-queries.fixture.ts'
import { type PanelShown, writePanelValues } from './panel-values.fixture.ts'
import { queryPrometheus, readRuleErrors, type Sample } from './prometheus-api.fixture.ts'
import { alertRules, recordingRules } from './rules.fixture.ts'
import { runbooks } from './runbooks.fixture.ts'
import { type ScrapedPipeline, startScrapedPipeline } from './scraped-pipeline.fixture.ts'

const RATE_PER_SECOND = 100
const SPAN_MS = 3_600_000
const PANELS_TIMEOUT_MS = 60_000

let pipeline: ScrapedPipeline
let loading: Promise<unknown>
const ending = new AbortController()

beforeAll(async () => {
  pipeline = await startScrapedPipeline()
  loading = sendLoad()
  await eventually(
    'the pipeline was compared, and twelve scrapes of it were made',
    async () => {
      const scrapes = await ask('min(count_over_time(wa_reconciliation_age_seconds[1m]))')
      return (scrapes[0]?.value ?? 0) >= 12
    },
    120_000,
  )
}, 300_000)

afterAll(async () => {
  ending.abort()
  await loading
  await pipeline?.stop()
}, 60_000)

async function sendLoad(): Promise<void> {
  const webhooks = generateTraffic({
    count: 3_000,
    seed: 'monitoring',
    spanMs: SPAN_MS,
    startMs: Date.now() - SPAN_MS,
    duplicateShare: 0.1,
    shuffleShare: 0.5,
  })
  while (!ending.signal.aborted) {
    await sendWebhooks({
      url: pipeline.wabastream.webhooksUrl,
      webhooks,
      ratePerSecond: RATE_PER_SECOND,
      insecure: true,
      signal: ending.signal,
    })
    await delay(0)
  }
}

function ask(expr: string): Promise<readonly Sample[]> {
  return queryPrometheus(pipeline.prometheusUrl, expr)
}

function showPanels(): Promise<readonly PanelShown[]> {
  return Promise.all(
    panelQueries.map(async (query) => ({
      ...query,
      samples: await ask(substitute(query.expr)),
    })),
  )
}

const hasValue = (samples: readonly Sample[]): boolean =>
  samples.some(({ value }) => Number.isFinite(value))

describe('on a running system', () => {
  it(
    'every panel of every dashboard shows something',
    async () => {
      const empty = (shown: readonly PanelShown[]): readonly PanelShown[] =>
        shown.filter(({ samples }) => !hasValue(samples))
      let shown = await showPanels()
      // A busy machine takes longer until each stage has done something.
      await eventually(
        'every panel shows something',
        async () => {
          shown = await showPanels()
          return empty(shown).length === 0
        },
        PANELS_TIMEOUT_MS,
      ).catch(() => undefined)
      await writePanelValues(shown)
      expect(
        empty(shown).map(({ dashboard, panel, expr }) => `${dashboard}: ${panel}: ${expr}`),
      ).toEqual([])
    },
    2 * PANELS_TIMEOUT_MS,
  )

  it('every choice in the head of a dashboard has something to choose', async () => {
    const empty: string[] = []
    for (const { name, expr } of variableQueries) {
      if (!hasValue(await ask(substitute(expr)))) empty.push(name)
    }
    expect(empty).toEqual([])
  })

  it('every recording rule records something', async () => {
    const empty: string[] = []
    for (const { record } of recordingRules) {
      if (!hasValue(await ask(record))) empty.push(record)
    }
    expect(empty).toEqual([])
  })

  it('every rule is loaded and evaluates', async () => {
    const rules = await readRuleErrors(pipeline.prometheusUrl)
    expect(rules.filter(({ error, health }) => error !== '' || health !== 'ok')).toEqual([])
    expect(rules).toHaveLength(alertRules.length + recordingRules.length)
  })

  it('every expression of the runbooks is one', async () => {
    const expressions = runbooks.flatMap((runbook) => runbook.expressions)
    const answers = await Promise.allSettled(expressions.map(ask))
    expect(answers.filter(({ status }) => status === 'rejected')).toEqual([])
  })

  it('no metric of ours breaks the conventions', async () => {
    const { promtool } = await ensurePrometheus(() => undefined)
    for (const address of pipeline.metricsAddresses) {
      const text = await (await fetch(`http://${address}/metrics`)).text()
      const { stdout, stderr } = spawnSync(promtool, ['check', 'metrics'], {
        input: text,
        encoding: 'utf8',
      })
      // What the client library brings has names of its own.
      const complaints = `${stdout}${stderr}`
        .split('\n')
        .filter((line) => line !== '' && !/^(nodejs|process)_/.test(line))
      expect([address, complaints]).toEqual([address, []])
    }
  })
})
