import { detectionTexts } from '../dictionary/detection-texts.ts'
import { type ViewDefinition } from '../views/view-definition.ts'

export const detectionViews: readonly ViewDefinition[] = [
  {
    name: 'detections',
    text: detectionTexts.detections,
    select: ({ views }) => `
      SELECT kind, number, subject, since, ended_at, reason, figures, logged_at
      FROM ${views}.detection_log FINAL`,
  },
]
