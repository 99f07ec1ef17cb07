// Goal: consumers are scaled by the lag that more of them would reduce. Method: the query that the
// chart gives to KEDA, evaluated by promtool on series as the services show them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { readerNames } from '@wabastream/contracts'
import { ensurePrometheus } from '@wabastream/local-stack'
import { at } from '../tools/json.ts'
import { runCommand } from '../tools/run-command.ts'
import { find, render } from './rendered-chart.ts'

const GROUP = 'namespace="wabastream", group="decoder.g2", topic="t"'
const lag = (partition: number, others = GROUP): string =>
  `wa_kafka_consumer_lag_seconds{${others}, instance="a", partition="${partition}"}`
const halted = (partition: number): string =>
  `wa_kafka_partition_halted{${GROUP}, instance="a", partition="${partition}"}`
const live = (generation: number, namespace = 'wabastream'): string =>
  `wa_sink_generation_live{namespace="${namespace}", instance="s", generation="${generation}"}`

const cases: readonly {
  readonly title: string
  readonly series: Readonly<Record<string, number>>
  /** None: no figures, so KEDA changes nothing. */
  readonly lagSeconds?: number
}[] = [
  {
    title: 'is that of the partition that is furthest behind',
    series: { [lag(0)]: 5, [lag(1)]: 40, [halted(0)]: 0, [live(2)]: 1 },
    lagSeconds: 40,
  },
  {
    title: 'is that of its own group, in its own namespace',
    series: {
      [lag(0)]: 5,
      [lag(0, GROUP.replace('g2', 'g1'))]: 70,
      [lag(0, GROUP.replace('"wabastream"', '"other"'))]: 80,
    },
    lagSeconds: 5,
  },
  {
    title: 'leaves a partition out that stands still, whichever process says so',
    series: { [lag(0)]: 7, [lag(1)]: 9_000, [halted(1).replace('"a"', '"b"')]: 1 },
    lagSeconds: 7,
  },
  {
    title: 'is nothing when all that waits stands still',
    series: { [lag(0)]: 9_000, [halted(0)]: 1 },
    lagSeconds: 0,
  },
  {
    title: 'is nothing for a generation that is built beside the live one',
    series: { [lag(0)]: 9_000, [live(1)]: 1, [live(2)]: 0 },
    lagSeconds: 0,
  },
  {
    title: 'does not go by what is rebuilt elsewhere',
    series: { [lag(0)]: 50, [live(1)]: 0, [live(2, 'other')]: 0 },
    lagSeconds: 50,
  },
  { title: 'is not known without figures', series: { [live(2)]: 0, [halted(0)]: 1 } },
]

let query = ''
let promtool = ''

beforeAll(async () => {
  query = await queryOf('decoder', ['generation=2'])
  ;({ promtool } = await ensurePrometheus(() => undefined))
}, 120_000)

async function queryOf(component: string, set: readonly string[]): Promise<string> {
  const resources = await render({ set: ['keda.enabled=true', ...set] })
  const trigger = at(find(resources, 'ScaledObject', `-${component}`), 'spec', 'triggers', 0)
  expect(trigger).toMatchObject({ type: 'prometheus', metricType: 'Value' })
  return String(at(trigger, 'metadata', 'query'))
}

/** Promtool's complaints; empty if the query has that value. */
async function evaluate(
  expr: string,
  { lagSeconds, series }: Pick<(typeof cases)[number], 'lagSeconds' | 'series'>,
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'wabastream-scaling-'))
  const file = join(directory, 'test.yaml')
  const exp_samples = lagSeconds === undefined ? [] : [{ labels: '{}', value: lagSeconds }]
  await writeFile(
    file,
    JSON.stringify({
      evaluation_interval: '15s',
      tests: [
        {
          interval: '15s',
          input_series: Object.entries(series).map(([name, value]) => ({
            series: name,
            values: `${value}x4`,
          })),
          promql_expr_test: [{ expr, eval_time: '1m', exp_samples }],
        },
      ],
    }),
  )
  const { code, stderr, stdout } = await runCommand(promtool, ['test', 'rules', file])
  await rm(directory, { recursive: true })
  return code === 0 ? '' : stdout + stderr
}

it.each(cases)('the lag that counts $title', async (given) => {
  expect(await evaluate(query, given)).toBe('')
})

it('each consumer is scaled by its own group', async () => {
  const resources = await render({ set: ['keda.enabled=true', 'generation=3'] })
  for (const component of readerNames) {
    const scaled = find(resources, 'ScaledObject', `-${component}`)
    expect(String(at(scaled, 'spec', 'triggers', 0, 'metadata', 'query'))).toContain(
      `wa_kafka_consumer_lag_seconds{namespace="wabastream",group="${component}.g3"}`,
    )
  }
})

describe('the lag of the forwarder', () => {
  const of = (metric: string, destination: string, instance = 'a'): string =>
    `wa_forwarder_${metric}{namespace="wabastream", instance="${instance}", destination="${destination}"}`
  const stands = 'wa_kafka_partition_halted{namespace="wabastream", instance="a", topic="t"'
  const usual = { [of('lag_seconds', 'crm')]: 40, [of('lag_seconds', 'lake')]: 5 }

  it.each([
    ['is that of the destination that is furthest behind', usual, 40],
    [
      'leaves out one that is away, whichever process says so',
      { ...usual, [of('destination_away', 'crm', 'b')]: 1, [of('pending_records', 'crm', 'b')]: 3 },
      5,
    ],
    [
      'does not believe a process that has nothing to send',
      { ...usual, [of('destination_away', 'crm', 'b')]: 1, [of('pending_records', 'crm', 'b')]: 0 },
      40,
    ],
    ['leaves out one that is paused', { ...usual, [of('destination_paused', 'crm')]: 1 }, 5],
    [
      'leaves out one that stands still at a gap',
      { ...usual, [`${stands}, group="forwarder.crm", partition="3"}`]: 1 },
      5,
    ],
    [
      'leaves out one that a single process reads to keep an order',
      { ...usual, [of('lag_seconds', 'erp')]: 900 },
      40,
    ],
    ['is nothing when none of them counts', { [of('lag_seconds', 'erp')]: 900 }, 0],
    ['is not known without figures', { [of('destination_away', 'crm')]: 0 }, undefined],
  ])('%s', async (_, series, lagSeconds) => {
    const list = 'forwarder.destinations.list'
    const query = await queryOf('forwarder', [
      'forwarder.enabled=true',
      ...['crm', 'lake', 'erp'].flatMap((name, position) => [
        `${list}[${position}].name=${name}`,
        `${list}[${position}].url=https://${name}.example.com`,
      ]),
      `${list}[2].order=per_number`,
    ])
    expect(
      await evaluate(query, lagSeconds === undefined ? { series } : { series, lagSeconds }),
    ).toBe('')
  })
})
