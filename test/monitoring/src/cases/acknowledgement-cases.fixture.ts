import { type AlertCase } from '../alert-case.fixture.ts'

const LABELS = 'environment="e", service="ingestor", instance="i"'
const requests = (channel: string, outcome: string): string =>
  `wa_ingestor_requests_total{${LABELS}, channel="${channel}", outcome="${outcome}"}`
const connections = (problem: string): string =>
  `wa_ingestor_connection_problems_total{${LABELS}, problem="${problem}"}`

interface Acks {
  /** Per minute; `fast` within 250 ms, `fair` within 1 s. */
  readonly fast: number
  readonly fair: number
  readonly all: number
  readonly minutes: number
}

function acks({ fast, fair, all, minutes }: Acks): Record<string, string> {
  const bucket = (le: string, perMinute: number): [string, string] => [
    `wa_ingestor_ack_seconds_bucket{${LABELS}, le="${le}"}`,
    `0+${perMinute}x${minutes}`,
  ]
  return Object.fromEntries([
    bucket('0.25', fast),
    bucket('1', fair),
    bucket('+Inf', all),
    [`wa_ingestor_ack_seconds_count{${LABELS}}`, `0+${all}x${minutes}`],
  ])
}

export const acknowledgementCases: readonly AlertCase[] = [
  {
    alert: 'WabastreamSlowAcks',
    title: 'fires at once when a fifth takes over 1 s, by both fast windows',
    series: acks({ fast: 480, fair: 480, all: 600, minutes: 120 }),
    at: '70m',
    fires: ['1h', '6h']
      .map((window) => ({
        labels: { environment: 'e', severity: 'critical', window },
        summary: `20% of the webhooks of ${window === '1h' ? 'an hour' : '6 hours'} took over 1 s`,
      }))
      .concat({
        labels: { environment: 'e', severity: 'warning', window: '3d' },
        summary: '20% of the webhooks of 3 days took over 1 s',
      }),
  },
  {
    alert: 'WabastreamSlowAcks',
    title: 'warns when two in a hundred take over 1 s for long',
    series: acks({ fast: 588, fair: 588, all: 600, minutes: 480 }),
    at: '7h',
    fires: [
      {
        labels: { environment: 'e', severity: 'warning', window: '3d' },
        summary: '2% of the webhooks of 3 days took over 1 s',
      },
    ],
  },
  {
    alert: 'WabastreamSlowAcks',
    title: 'is quiet at half of what is allowed',
    series: acks({ fast: 597, fair: 597, all: 600, minutes: 480 }),
    at: '7h',
    fires: [],
  },
  {
    alert: 'WabastreamSlowAcks',
    title: 'is quiet when all of three webhooks were slow',
    series: acks({ fast: 0, fair: 0, all: 0.5, minutes: 480 }),
    at: '7h',
    fires: [],
  },
  {
    alert: 'WabastreamSlowMedianAck',
    title: 'fires at once when nine of ten take over 250 ms',
    series: acks({ fast: 60, fair: 600, all: 600, minutes: 60 }),
    at: '40m',
    fires: [
      {
        labels: { environment: 'e', severity: 'critical', window: '30m' },
        summary: '90% of the webhooks of 30 minutes took over 250 ms',
      },
      {
        labels: { environment: 'e', severity: 'warning', window: '6h' },
        summary: '90% of the webhooks of 6 hours took over 250 ms',
      },
    ],
  },
  {
    alert: 'WabastreamSlowMedianAck',
    title: 'warns when six of ten take over 250 ms for long',
    series: acks({ fast: 240, fair: 600, all: 600, minutes: 480 }),
    at: '7h',
    fires: [
      {
        labels: { environment: 'e', severity: 'warning', window: '6h' },
        summary: '60% of the webhooks of 6 hours took over 250 ms',
      },
    ],
  },
  {
    alert: 'WabastreamSlowMedianAck',
    title: 'is quiet while the median is below 250 ms',
    series: acks({ fast: 360, fair: 600, all: 600, minutes: 480 }),
    at: '7h',
    fires: [],
  },
  {
    alert: 'WabastreamWebhooksRefused',
    title: 'fires when one in twenty is refused',
    series: {
      [requests('c', 'acked')]: '0+570x20',
      [requests('c', 'overloaded')]: '0+20x20',
      [requests('c', 'kafka_unavailable')]: '0+10x20',
    },
    at: '10m',
    fires: [
      {
        labels: { environment: 'e', severity: 'critical' },
        summary: '5% of the webhooks are refused',
      },
    ],
  },
  {
    alert: 'WabastreamWebhooksRefused',
    title: 'is quiet about those whose credential is wrong, or who went away',
    series: {
      [requests('c', 'acked')]: '0+570x20',
      [requests('c', 'unauthorized')]: '0+300x20',
      [requests('c', 'aborted')]: '0+100x20',
      [requests('c', 'overloaded')]: '0x20',
    },
    at: '10m',
    fires: [],
  },
  {
    alert: 'WabastreamConnectionsRefused',
    title: 'fires when providers cannot connect',
    series: { [connections('limit')]: '0+60x20', [connections('evicted')]: '0x20' },
    at: '10m',
    fires: [
      {
        labels: { environment: 'e', instance: 'i', severity: 'critical' },
        summary: 'i refused 300 connections in 5 minutes',
      },
    ],
  },
  {
    alert: 'WabastreamConnectionsRefused',
    title: 'warns when strangers take all the places',
    series: { [connections('limit')]: '0x40', [connections('evicted')]: '0+60x40' },
    at: '30m',
    fires: [
      {
        labels: { environment: 'e', instance: 'i', severity: 'warning' },
        summary: 'i closed 900 connections in 15 minutes to make room',
      },
    ],
  },
  {
    alert: 'WabastreamConnectionsRefused',
    title: 'is quiet about connections that are given up for other reasons',
    series: {
      [connections('limit')]: '0x40',
      [connections('evicted')]: '0x40',
      [connections('silent')]: '0+60x40',
      [connections('handshake')]: '0+60x40',
    },
    at: '30m',
    fires: [],
  },
  {
    alert: 'WabastreamUnauthorizedWebhooks',
    title: 'fires for a channel whose credential is wrong on one side',
    series: { [requests('c', 'acked')]: '0+60x40', [requests('c', 'unauthorized')]: '0+60x40' },
    at: '30m',
    fires: [
      {
        labels: { environment: 'e', channel: 'c', severity: 'warning' },
        summary: '50% of the requests to c have a wrong credential',
      },
    ],
  },
  {
    alert: 'WabastreamUnauthorizedWebhooks',
    title: 'is quiet about strangers at the door',
    series: {
      [requests('c', 'acked')]: '0+600x40',
      [requests('c', 'unauthorized')]: '0+6x40',
      [requests('-', 'unauthorized')]: '0+600x40',
    },
    at: '30m',
    fires: [],
  },
  {
    alert: 'WabastreamSilentChannel',
    title: 'fires for a channel that had traffic at this time yesterday',
    every: '10m',
    series: { [requests('c', 'acked')]: '0+50x40 2000x160' },
    at: '29h',
    fires: [
      {
        labels: { environment: 'e', channel: 'c', severity: 'warning' },
        summary: 'c has received nothing for an hour',
      },
    ],
  },
  {
    alert: 'WabastreamSilentChannel',
    title: 'is quiet about a channel that is silent each night',
    every: '10m',
    series: { [requests('c', 'acked')]: '0x40 0+50x40 2000x160' },
    at: '29h',
    fires: [],
  },
  {
    alert: 'WabastreamSilentNumbers',
    title: 'counts the numbers that fell silent',
    series: { 'wa_sink_silent_numbers{environment="e", instance="i"}': '0x5 2x20' },
    at: '20m',
    fires: [
      {
        labels: { environment: 'e', severity: 'warning' },
        summary: '2 numbers fell silent',
      },
    ],
  },
  {
    alert: 'WabastreamSilentNumbers',
    title: 'is quiet while none is, and while nobody looks',
    series: { 'wa_sink_silent_numbers{environment="e", instance="i"}': '0x10 _x10' },
    at: '15m',
    fires: [],
  },
  {
    alert: 'WabastreamKafkaUnavailable',
    title: 'counts the ingestors that cannot reach Kafka',
    series: {
      'wa_ingestor_kafka_available{environment="e", instance="i"}': '1 0x10',
      'wa_ingestor_kafka_available{environment="e", instance="j"}': '0x10',
    },
    at: '5m',
    fires: [
      {
        labels: { environment: 'e', severity: 'critical' },
        summary: '2 ingestors cannot reach Kafka',
      },
    ],
  },
  {
    alert: 'WabastreamKafkaUnavailable',
    title: 'is quiet while Kafka is there',
    series: { 'wa_ingestor_kafka_available{environment="e", instance="i"}': '1x10' },
    at: '5m',
    fires: [],
  },
]
