import { type AlertCase } from '../alert-case.fixture.ts'

const labels = { environment: 'e', alias: 'shop', severity: 'warning' }
const of = (metric: string, others = ''): string =>
  `wa_read_receipts_${metric}{environment="e", job="j", instance="i", alias="shop"${others}}`

const LAG = of('lag_seconds')
const ended = (outcome: string): string => of('messages_total', `, outcome="${outcome}"`)

export const readReceiptsCases: readonly AlertCase[] = [
  {
    alert: 'WabastreamReadReceiptsBehind',
    title: 'fires when a message waits for long, in whichever process',
    series: { [LAG]: '0x30', [LAG.replace('"i"', '"other"')]: '1200x30' },
    at: '10m',
    fires: [{ labels, summary: 'messages to shop wait 20m 0s to be marked as read' }],
  },
  {
    alert: 'WabastreamReadReceiptsBehind',
    title: 'is quiet about ten minutes, and about a short peak',
    series: { [LAG]: '600x10 1000x3 5x20' },
    at: '13m',
    fires: [],
  },
  {
    alert: 'WabastreamReadReceiptsRefused',
    title: 'fires for each way in which a message is given up',
    series: {
      [ended('refused')]: '0x30 1x30',
      [ended('expired')]: '0x30 1x30',
      [ended('too_many')]: '0x30 1x30',
      [ended('unknown_number')]: '0x30 1x30',
      [ended('marked')]: '0+5x60',
    },
    at: '60m',
    fires: [{ labels, summary: '4 messages to shop are not marked as read' }],
  },
  {
    alert: 'WabastreamReadReceiptsRefused',
    title: 'is quiet while all are marked',
    series: { [ended('refused')]: '0x60', [ended('marked')]: '0+5x60' },
    at: '60m',
    fires: [],
  },
]
