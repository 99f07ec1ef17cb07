import { type AlertCase } from '../alert-case.fixture.ts'

const READER = 'environment="e", job="j", instance="i", group="g", topic="t", partition="0"'
const LAG = `wa_kafka_consumer_lag_seconds{${READER}}`
const LAG_RECORDS = `wa_kafka_consumer_lag_records{${READER}}`
const POSITION = `wa_kafka_consumer_position_offset{${READER}}`
const RETENTION =
  'wa_kafka_topic_retention_seconds{environment="e", job="j", instance="i", topic="t"}'
const HALTED =
  'wa_kafka_partition_halted{environment="e", group="g", instance="i", partition="4", topic="t"}'
const REFUSED = 'wa_kafka_refused_records_total{environment="e", instance="i", topic="t"}'
const labels = (severity: string) => ({ environment: 'e', group: 'g', topic: 't', severity })
const transactions = (outcome: string): string =>
  `wa_kafka_transactions_total{environment="e", instance="i", outcome="${outcome}"}`
const lagOf = (group: string): string => LAG.replace('group="g"', `group="${group}"`)
const live = (generation: number): string =>
  `wa_sink_generation_live{environment="e", instance="s${generation}", generation="${generation}"}`
const forwarded = (metric: string): string =>
  `wa_forwarder_${metric}{environment="e", job="j", instance="i", destination="crm"}`
const FORWARDER = { environment: 'e', group: 'forwarder.crm' }
const RAW = 'whatsapp.webhooks.raw.v1'
const ofForwarder = (series: string): string =>
  series.replace('group="g"', 'group="forwarder.crm"').replace('"t"', `"${RAW}"`)
const restoring = (partition: number): string =>
  `wa_timeline_restore_remaining_records{environment="e", instance="i", partition="${partition}"}`
const letters = (service: string): string =>
  `wa_${service}_dead_letters_total{environment="e", instance="i", reason="r"}`
const receipts = (problem: string): string =>
  `wa_decoder_received_at_problems_total{environment="e", instance="i", problem="${problem}"}`
const WEBHOOKS = 'wa_decoder_webhooks_total{environment="e", instance="i", verdict="decoded"}'

export const readersCases: readonly AlertCase[] = [
  {
    alert: 'WabastreamConsumerLag',
    title: 'warns after ten minutes, and is critical from half an hour on',
    series: { [LAG]: '2400x30' },
    at: '20m',
    fires: ['warning', 'critical'].map((severity) => ({
      labels: labels(severity),
      summary: 'g is 40m 0s behind in t',
    })),
  },
  {
    alert: 'WabastreamConsumerLag',
    title: 'is quiet about a minute, and about a short peak',
    series: { [LAG]: '60x10 400x5 60x20' },
    at: '17m',
    fires: [],
  },
  {
    alert: 'WabastreamRetentionOvertakes',
    title: 'warns two days, and is critical half a day, before records are lost to a reader',
    every: '2m',
    series: { [RETENTION]: '2592000x40', [LAG]: '2552400x40' },
    at: '1h',
    fires: ['warning', 'critical'].map((severity) => ({
      labels: labels(severity),
      summary: 't loses records unread by g in 11h 0m 0s',
    })),
  },
  {
    alert: 'WabastreamConsumerLag',
    title: 'is quiet about a rebuild, until the views show it',
    series: {
      [lagOf('decoder.g1')]: '5x90',
      [lagOf('decoder.g2')]: '9000x90',
      [live(1)]: '1x50 0x40',
      [live(2)]: '0x50 1x40',
    },
    at: '45m',
    fires: [],
  },
  {
    alert: 'WabastreamConsumerLag',
    title: 'fires for the generation that the views show, and not for the one before',
    series: {
      [lagOf('decoder.g1')]: '9000x90',
      [lagOf('decoder.g2')]: '9000x90',
      [live(1)]: '1x50 0x40',
      [live(2)]: '0x50 1x40',
    },
    at: '65m',
    fires: ['warning', 'critical'].map((severity) => ({
      labels: { ...labels(severity), group: 'decoder.g2' },
      summary: 'decoder.g2 is 2h 30m 0s behind in t',
    })),
  },
  {
    alert: 'WabastreamRetentionOvertakes',
    title: 'is quiet about a rebuild, which begins where retention ends',
    every: '2m',
    series: {
      [RETENTION]: '2592000x40',
      [lagOf('decoder.g2')]: '2591000x40',
      [live(2)]: '0x40',
    },
    at: '1h',
    fires: [],
  },
  {
    alert: 'WabastreamRetentionOvertakes',
    title: 'is quiet about a day of lag, and about a topic that keeps little but is read',
    every: '2m',
    series: {
      [RETENTION]: '2592000x40',
      [LAG]: '86400x40',
      [RETENTION.replace('"t"', '"short"')]: '40000x40',
      [LAG.replace('"t"', '"short"')]: '5x40',
    },
    at: '1h',
    fires: [],
  },
  {
    alert: 'WabastreamConsumerLag',
    title: 'leaves forwarders to the alerts about their destinations',
    series: { [ofForwarder(LAG)]: '9000x30' },
    at: '20m',
    fires: [],
  },
  {
    alert: 'WabastreamRetentionOvertakes',
    title: 'warns for a forwarder by what its destination has not acknowledged',
    every: '2m',
    series: {
      [ofForwarder(RETENTION)]: '2592000x40',
      [ofForwarder(LAG)]: '5x40',
      [forwarded('lag_seconds')]: '2502000x40',
    },
    at: '1h',
    fires: [
      {
        labels: { ...FORWARDER, topic: RAW, severity: 'warning' },
        summary: `${RAW} loses records unread by forwarder.crm in 1d 1h 0m 0s`,
      },
    ],
  },
  {
    alert: 'WabastreamRetentionOvertakes',
    title: 'is critical for a forwarder half a day before, also beside a sink of several topics',
    every: '2m',
    series: {
      [ofForwarder(RETENTION)]: '2592000x40',
      [forwarded('lag_seconds')]: '2552400x40',
      [RETENTION.replace('"i"', '"sink"')]: '2592000x40',
      [RETENTION.replace('"i"', '"sink"').replace('"t"', '"u"')]: '2592000x40',
    },
    at: '1h',
    fires: ['warning', 'critical'].map((severity) => ({
      labels: { ...FORWARDER, topic: RAW, severity },
      summary: `${RAW} loses records unread by forwarder.crm in 11h 0m 0s`,
    })),
  },
  {
    alert: 'WabastreamRetentionOvertakes',
    title: 'is quiet about a destination that is a day behind',
    every: '2m',
    series: { [ofForwarder(RETENTION)]: '2592000x40', [forwarded('lag_seconds')]: '86400x40' },
    at: '1h',
    fires: [],
  },
  {
    alert: 'WabastreamStalledConsumer',
    title: 'is quiet about a forwarder whose destination is away',
    series: { [ofForwarder(LAG_RECORDS)]: '5+5x30', [ofForwarder(POSITION)]: '100x30' },
    at: '25m',
    fires: [],
  },
  {
    alert: 'WabastreamStalledConsumer',
    title: 'fires for a partition that makes no progress although records wait',
    series: { [LAG_RECORDS]: '5+5x30', [POSITION]: '100x30' },
    at: '25m',
    fires: [{ labels: labels('critical'), summary: 'g stands still in 1 partitions of t' }],
  },
  {
    alert: 'WabastreamStalledConsumer',
    title: 'is quiet about a restore that makes progress, and fires for one that does not',
    series: {
      [LAG_RECORDS]: '5+5x30',
      [POSITION]: '100x30',
      [restoring(0)]: '90000-1000x30',
      [LAG_RECORDS.replace('"0"', '"1"')]: '5+5x30',
      [POSITION.replace('"0"', '"1"')]: '7x30',
      [restoring(1)]: '90000x30',
    },
    at: '25m',
    fires: [{ labels: labels('critical'), summary: 'g stands still in 1 partitions of t' }],
  },
  {
    alert: 'WabastreamStalledConsumer',
    title: 'is quiet about one that is slow, and about one that has nothing to do',
    series: {
      [LAG_RECORDS]: '5+5x30',
      [POSITION]: '100+1x30',
      [LAG_RECORDS.replace('"0"', '"1"')]: '0x30',
      [POSITION.replace('"0"', '"1"')]: '7x30',
    },
    at: '25m',
    fires: [],
  },
  {
    alert: 'WabastreamHaltedPartition',
    title: 'names the partition that stands still at a gap',
    series: { [HALTED]: '0x5 1x10' },
    at: '8m',
    fires: [
      {
        labels: {
          environment: 'e',
          group: 'g',
          partition: '4',
          severity: 'critical',
          topic: 't',
        },
        summary: 'g stands still in t-4',
      },
    ],
  },
  {
    alert: 'WabastreamHaltedPartition',
    title: 'is quiet while none does',
    series: { [HALTED]: '0x20' },
    at: '15m',
    fires: [],
  },
  {
    alert: 'WabastreamTransactionFailures',
    title: 'fires when transactions keep failing',
    series: { [transactions('committed')]: '0+60x30', [transactions('failed')]: '0+1x30' },
    at: '20m',
    fires: [
      {
        labels: { environment: 'e', severity: 'warning' },
        summary: '10 transactions failed in ten minutes',
      },
    ],
  },
  {
    alert: 'WabastreamTransactionFailures',
    title: 'is quiet about a rebalance, where other instances take partitions over',
    series: {
      [transactions('committed')]: '0+60x30',
      [transactions('failed')]: '0x10 2x20',
      [transactions('fenced')]: '0x10 6x20',
    },
    at: '20m',
    fires: [],
  },
  {
    alert: 'WabastreamRefusedRecords',
    title: 'fires for a record that the broker does not take',
    series: { [REFUSED]: '0x10 1x10' },
    at: '15m',
    fires: [
      {
        labels: { environment: 'e', topic: 't', severity: 'warning' },
        summary: 'the broker refuses records for t',
      },
    ],
  },
  {
    alert: 'WabastreamRefusedRecords',
    title: 'is quiet while it takes all',
    series: { [REFUSED]: '0x20' },
    at: '15m',
    fires: [],
  },
  {
    alert: 'WabastreamDeadLetters',
    title: 'fires when one webhook in twenty cannot be read',
    series: { [WEBHOOKS]: '0+600x40', [letters('decoder')]: '0+30x40' },
    at: '30m',
    fires: [
      {
        labels: { environment: 'e', severity: 'warning' },
        summary: '5% of the webhooks hold something that cannot be read',
      },
    ],
  },
  {
    alert: 'WabastreamDeadLetters',
    title: 'is quiet about one in a thousand',
    series: { [WEBHOOKS]: '0+1000x40', [letters('decoder')]: '0+1x40' },
    at: '30m',
    fires: [],
  },
  {
    alert: 'WabastreamClockOff',
    title: 'reports webhooks of a clock that is ahead',
    series: { [receipts('ahead')]: '0x30 3x30', [receipts('behind')]: '0x60' },
    at: '45m',
    fires: [
      {
        labels: { environment: 'e', problem: 'ahead', severity: 'warning' },
        summary: '3 webhooks have a time of receipt that is ahead',
      },
    ],
  },
  {
    alert: 'WabastreamClockOff',
    title: 'is quiet while all clocks agree',
    series: { [receipts('ahead')]: '0x60', [receipts('behind')]: '0x60' },
    at: '45m',
    fires: [],
  },
  {
    alert: 'WabastreamInternalDeadLetters',
    title: 'fires for rows that ClickHouse refused',
    series: { [letters('timeline')]: '0x60', [letters('sink')]: '0x30 6x30' },
    at: '60m',
    fires: [
      {
        labels: { environment: 'e', severity: 'warning' },
        summary: '6 records of our own could not be read or stored',
      },
    ],
  },
  {
    alert: 'WabastreamInternalDeadLetters',
    title: 'fires for them also while no timeline processor is scraped',
    series: { [letters('sink')]: '0x30 6x30' },
    at: '60m',
    fires: [
      {
        labels: { environment: 'e', severity: 'warning' },
        summary: '6 records of our own could not be read or stored',
      },
    ],
  },
  {
    alert: 'WabastreamInternalDeadLetters',
    title: 'is quiet about what providers send',
    series: {
      [letters('timeline')]: '0x60',
      [letters('sink')]: '0x60',
      [letters('decoder')]: '0+5x60',
    },
    at: '50m',
    fires: [],
  },
]
