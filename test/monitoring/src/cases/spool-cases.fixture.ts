import { type AlertCase } from '../alert-case.fixture.ts'

const LABELS = 'environment="e", service="ingestor", instance="i"'
const spool = (name: string): string => `wa_ingestor_spool_${name}{${LABELS}}`
const KAFKA = `wa_ingestor_kafka_available{${LABELS}}`
const labels = (severity: string) => ({ environment: 'e', instance: 'i', severity })
const quarantined = `wa_ingestor_spool_quarantined_files_total{${LABELS}, reason="damaged"}`

export const spoolCases: readonly AlertCase[] = [
  {
    alert: 'WabastreamSpoolFilling',
    title: 'warns at half, and is critical over the watermark',
    series: {
      [spool('bytes')]: '0+100x20',
      [spool('bytes_max')]: '1000x20',
      [spool('over_watermark')]: '0x7 1x20',
    },
    at: '9m',
    fires: [
      {
        labels: labels('warning'),
        summary: 'the spool of i is 90% full',
      },
      {
        labels: labels('critical'),
        summary: 'the spool of i is over its watermark: 90% full',
      },
    ],
  },
  {
    alert: 'WabastreamSpoolFilling',
    title: 'is quiet while there is room',
    series: {
      [spool('bytes')]: '400x20',
      [spool('bytes_max')]: '1000x20',
      [spool('over_watermark')]: '0x20',
    },
    at: '9m',
    fires: [],
  },
  {
    alert: 'WabastreamSpoolNotDraining',
    title: 'fires for webhooks that stay there although Kafka takes records',
    series: { [spool('oldest_age_seconds')]: '900+60x20', [KAFKA]: '1x20' },
    at: '10m',
    fires: [
      {
        labels: labels('warning'),
        summary: 'a webhook has been in the spool of i for 25m 0s',
      },
    ],
  },
  {
    alert: 'WabastreamSpoolNotDraining',
    title: 'is quiet while Kafka is away',
    series: { [spool('oldest_age_seconds')]: '900+60x20', [KAFKA]: '0x20' },
    at: '10m',
    fires: [],
  },
  {
    alert: 'WabastreamSpoolBroken',
    title: 'fires for a disk that cannot be written to',
    series: { [spool('working')]: '1 0x10' },
    at: '5m',
    fires: [{ labels: labels('critical'), summary: 'the spool of i cannot write' }],
  },
  {
    alert: 'WabastreamSpoolBroken',
    title: 'is quiet while it can',
    series: { [spool('working')]: '1x10' },
    at: '5m',
    fires: [],
  },
  {
    alert: 'WabastreamSpoolQuarantine',
    title: 'fires for each file that is put aside',
    series: { [quarantined]: '0x10 1x10' },
    at: '15m',
    fires: [
      {
        labels: { ...labels('critical'), reason: 'damaged' },
        summary: 'i put spooled files aside: damaged',
      },
    ],
  },
  {
    alert: 'WabastreamSpoolQuarantine',
    title: 'is quiet about those of days ago',
    series: { [quarantined]: '3x90' },
    at: '80m',
    fires: [],
  },
]
