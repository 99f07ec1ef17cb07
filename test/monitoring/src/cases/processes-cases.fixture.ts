import { serviceNames } from '@wabastream/contracts'
import { type AlertCase } from '../alert-case.fixture.ts'

const UP = 'up{environment="e", job="prod/wabastream", instance="i"}'
const started = (service: string): string =>
  `process_start_time_seconds{environment="e", service="${service}", instance="i"}`
const inOther = (series: string): string => series.replace('"e"', '"other"')
const ready = (service: string, instance: string): string =>
  `wa_service_ready{environment="e", service="${service}", instance="${instance}"}`
const restored = (instance: string): string =>
  `wa_timeline_restored_records_total{environment="e", instance="${instance}"}`
const labels = (severity: string) => ({ environment: 'e', severity })
const state = (part: string): string =>
  `wa_timeline_state_disk_${part}_bytes{environment="e", service="timeline-processor", instance="i"}`
const spool = (part: string): string =>
  `wa_ingestor_spool_disk_${part}_bytes{environment="e", service="ingestor", instance="j"}`
const volume = (part: string, namespace: string, claim: string): string =>
  `kubelet_volume_stats_${part}_bytes{namespace="${namespace}", persistentvolumeclaim="${claim}"}`
const broker = { namespace: 'kafka', persistentvolumeclaim: 'data-0-kafka-brokers-1' }
const CERTIFICATE =
  'wa_ingestor_certificate_expiry_timestamp_seconds{environment="e", instance="i"}'
const DAY = 86_400

export const processesCases: readonly AlertCase[] = [
  {
    alert: 'WabastreamProcessDown',
    title: 'names the process that does not answer',
    series: { [UP]: '1x3 0x10' },
    at: '10m',
    fires: [
      {
        labels: { environment: 'e', job: 'prod/wabastream', instance: 'i', severity: 'critical' },
        summary: 'i cannot be scraped',
      },
    ],
  },
  {
    alert: 'WabastreamProcessDown',
    title: 'is quiet about a restart, and about the processes of others',
    series: { [UP]: '1x3 0 0 1x10', 'up{job="node", instance="n"}': '0x20' },
    at: '10m',
    fires: [],
  },
  {
    alert: 'WabastreamServiceAbsent',
    title: 'names the service that has no process',
    series: Object.fromEntries(
      serviceNames
        .filter((service) => service !== 'decoder')
        .map((service) => [started(service), '1000x20']),
    ),
    at: '10m',
    fires: [
      {
        labels: { ...labels('critical'), service: 'decoder' },
        summary: 'no process of decoder is scraped',
      },
    ],
  },
  {
    alert: 'WabastreamServiceAbsent',
    title: 'names the environment that lacks what another has, or what it had itself',
    series: Object.fromEntries([
      ...serviceNames.map((service) => [started(service), '1000x20']),
      ...serviceNames
        .filter((service) => service !== 'ingestor')
        .map((service) => [inOther(started(service)), '1000x20']),
      [started('decoder').replace('"e"', '"gone"'), '1000x3 stale'],
    ]),
    at: '10m',
    fires: [
      ['other', 'ingestor'],
      ['gone', 'decoder'],
    ].map(([environment, service]) => ({
      labels: { severity: 'critical', environment: `${environment}`, service: `${service}` },
      summary: `no process of ${service} is scraped`,
    })),
  },
  {
    alert: 'WabastreamServiceAbsent',
    title: 'fires when nothing at all is scraped',
    series: {},
    at: '10m',
    fires: [
      {
        labels: { severity: 'critical', service: 'wabastream' },
        summary: 'no process of wabastream is scraped',
      },
    ],
  },
  {
    alert: 'WabastreamServiceAbsent',
    title: 'misses a watch or forwarder that was there, but none where there was none',
    series: Object.fromEntries([
      ...serviceNames.map((service) => [started(service), '1000x40']),
      ...['watch', 'forwarder'].flatMap((service) => [
        [started(service), '1000x10 stale'],
        [inOther(started(service)), '1000x40'],
      ]),
      ...serviceNames.map((service) => [inOther(started(service)), '1000x40']),
      ...serviceNames.map((service) => [started(service).replace('"e"', '"without"'), '1000x40']),
    ]),
    at: '30m',
    fires: ['watch', 'forwarder'].map((service) => ({
      labels: { ...labels('critical'), service },
      summary: `no process of ${service} is scraped`,
    })),
  },
  {
    alert: 'WabastreamServiceAbsent',
    title: 'is quiet while there is one of each',
    series: Object.fromEntries(serviceNames.map((service) => [started(service), '1000x20'])),
    at: '10m',
    fires: [],
  },
  {
    alert: 'WabastreamServiceNotReady',
    title: 'names the process that waits, and the restore that makes no progress',
    series: {
      [ready('clickhouse-sink', 's')]: '0x20',
      [ready('timeline-processor', 't')]: '0x20',
      [restored('t')]: '1000+9x2 1018x20',
    },
    at: '15m',
    fires: [
      ['clickhouse-sink', 's'],
      ['timeline-processor', 't'],
    ].map(([service, instance]) => ({
      labels: { ...labels('critical'), service: `${service}`, instance: `${instance}` },
      summary: `${service} ${instance} runs, but is not ready`,
    })),
  },
  {
    alert: 'WabastreamServiceNotReady',
    title: 'is quiet about starts, and about a restore that makes progress',
    series: {
      [ready('decoder', 'd')]: '0x3 1x10 0x3 1x10',
      [ready('timeline-processor', 't')]: '0x20',
      [restored('t')]: '0+9x20',
    },
    at: '17m',
    fires: [],
  },
  {
    alert: 'WabastreamRestartLoop',
    title: 'counts the starts of a process that keeps ending',
    series: { [started('decoder')]: '100+60x10' },
    at: '5m',
    fires: [
      {
        labels: { environment: 'e', service: 'decoder', instance: 'i', severity: 'critical' },
        summary: 'decoder i started 5 times in 30 minutes',
      },
    ],
  },
  {
    alert: 'WabastreamRestartLoop',
    title: 'is quiet about an upgrade',
    series: { [started('decoder')]: '100x10 700x20' },
    at: '20m',
    fires: [],
  },
  {
    alert: 'WabastreamDiskFilling',
    title: 'warns below 15 %, and is critical below 5 %',
    series: {
      [state('free')]: '100x30',
      [state('size')]: '1000x30',
      [spool('free')]: '30x30',
      [spool('size')]: '1000x30',
    },
    at: '20m',
    fires: [
      {
        labels: { ...labels('warning'), service: 'timeline-processor', instance: 'i' },
        summary: '10% of the disk of timeline-processor i is free',
      },
      {
        labels: { ...labels('warning'), service: 'ingestor', instance: 'j' },
        summary: '3% of the disk of ingestor j is free',
      },
      {
        labels: { ...labels('critical'), service: 'ingestor', instance: 'j' },
        summary: '3% of the disk of ingestor j is free',
      },
    ],
  },
  {
    alert: 'WabastreamDiskFilling',
    title: 'is quiet while there is room',
    series: { [state('free')]: '200x30', [state('size')]: '1000x30' },
    at: '20m',
    fires: [],
  },
  {
    alert: 'WabastreamVolumeFilling',
    title: 'names the volume of the broker, and is critical below 5 %',
    series: {
      [volume('available', 'kafka', 'data-0-kafka-brokers-1')]: '30x30',
      [volume('capacity', 'kafka', 'data-0-kafka-brokers-1')]: '1000x30',
      [volume('available', 'clickhouse', 'data-clickhouse-0')]: '100x30',
      [volume('capacity', 'clickhouse', 'data-clickhouse-0')]: '1000x30',
    },
    at: '20m',
    fires: [
      {
        labels: { ...broker, severity: 'warning' },
        summary: '3% of kafka/data-0-kafka-brokers-1 is free',
      },
      {
        labels: { ...broker, severity: 'critical' },
        summary: '3% of kafka/data-0-kafka-brokers-1 is free',
      },
      {
        labels: {
          namespace: 'clickhouse',
          persistentvolumeclaim: 'data-clickhouse-0',
          severity: 'warning',
        },
        summary: '10% of clickhouse/data-clickhouse-0 is free',
      },
    ],
  },
  {
    alert: 'WabastreamVolumeFilling',
    title:
      'is quiet while there is room, about what others have, and about what we see from within',
    series: Object.fromEntries(
      [
        ['kafka', 'data-0-kafka-brokers-1', '200'],
        ['shop', 'data-0', '10'],
        ['wabastream', 'state-wabastream-timeline-processor-0', '10'],
      ].flatMap(([namespace = '', claim = '', available]) => [
        [volume('available', namespace, claim), `${available}x30`],
        [volume('capacity', namespace, claim), '1000x30'],
      ]),
    ),
    at: '20m',
    fires: [],
  },
  {
    alert: 'WabastreamCertificateExpiry',
    title: 'warns two weeks before, and is critical three days before',
    series: { [CERTIFICATE]: `${2 * DAY + 600}x20` },
    at: '10m',
    fires: ['warning', 'critical'].map((severity) => ({
      labels: labels(severity),
      summary: 'the certificate expires in 2d 0h 0m 0s',
    })),
  },
  {
    alert: 'WabastreamCertificateExpiry',
    title: 'is quiet while it has a month',
    series: { [CERTIFICATE]: `${30 * DAY}x20` },
    at: '10m',
    fires: [],
  },
  {
    alert: 'WabastreamReloadFailed',
    title: 'names what on disk cannot be used',
    series: { 'wa_ingestor_last_reload_failed{environment="e", what="channels"}': '0x2 1x20' },
    at: '10m',
    fires: [
      {
        labels: { ...labels('warning'), what: 'channels' },
        summary: 'the new channels on disk cannot be used',
      },
    ],
  },
  {
    alert: 'WabastreamReloadFailed',
    title: 'is quiet when the next file can be used',
    series: { 'wa_ingestor_last_reload_failed{environment="e", what="channels"}': '0x2 1 1 0x20' },
    at: '10m',
    fires: [],
  },
]
