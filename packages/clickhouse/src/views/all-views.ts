import { detectionViews } from '../detections/detection-views.ts'
import { readReceiptDelay } from '../read-receipts/read-receipt-view.ts'
import { type ViewText } from '../dictionary/view-text.ts'
import { webhookTexts } from '../dictionary/webhook-texts.ts'
import { accountViews } from './account-views.ts'
import { billingViews } from './billing-views.ts'
import { contentViews } from './content-views.ts'
import { conversationViews } from './conversation-views.ts'
import { fieldViews } from './field-views.ts'
import { messageViews } from './message-views.ts'
import { outcomeViews } from './outcome-views.ts'
import { personFactViews } from './person-fact-views.ts'
import { personViews } from './person-views.ts'
import { qualityViews } from './quality-views.ts'
import { type ViewDefinition } from './view-definition.ts'
import { webhookViews } from './webhook-views.ts'

/** The views of a generation. A view of other views comes after them. */
export const allViews: readonly ViewDefinition[] = [
  ...webhookViews,
  ...messageViews,
  ...outcomeViews,
  ...accountViews,
  ...fieldViews,
  ...personViews,
  ...personFactViews,
  ...contentViews,
  ...billingViews,
  ...conversationViews,
  readReceiptDelay,
  ...qualityViews,
  ...detectionViews,
]

/** Every view by name, with the one that says which generation the others show. */
export const viewTexts: ReadonlyMap<string, ViewText> = new Map([
  ...allViews.map(({ name, text }) => [name, text] as const),
  ['generation', webhookTexts.generation],
])
