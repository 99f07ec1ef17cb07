export interface ErrorCode {
  readonly code: number
  readonly meaning: string
  /** Who can remove the cause. */
  readonly whoCanAct: 'business' | 'customer' | 'provider' | 'nobody'
  /** Sending the same again later may work. */
  readonly retryable: boolean
}

/** What the provider's codes mean, in our words. The set is open: others come and count as well. */
export const errorCodes: readonly ErrorCode[] = [
  entry(4, 'Too many API calls by the app', 'business', true),
  entry(368, 'Account blocked for a breach of policy', 'business', false),
  entry(470, 'Outside the 24-hour window (on-premises)', 'business', false),
  entry(501, 'Message type not supported (on-premises)', 'customer', false),
  entry(80007, 'Too many calls for the business account', 'business', true),
  entry(130429, 'Sent faster than the number may send', 'business', true),
  entry(130472, 'Customer is part of an experiment of the provider', 'nobody', false),
  entry(130497, 'Messages of this kind are not allowed where the customer is', 'business', false),
  entry(131000, 'Unknown error at the provider', 'provider', true),
  entry(131008, 'A required parameter is missing', 'business', false),
  entry(131009, 'A parameter has a value that is not allowed', 'business', false),
  entry(131016, 'Service of the provider is down', 'provider', true),
  entry(131021, 'Sender and recipient are the same number', 'business', false),
  entry(131026, 'Not deliverable: no account, old app or terms not accepted', 'customer', false),
  entry(131031, 'Business account locked', 'business', false),
  entry(131037, 'Display name of the number not approved', 'business', false),
  entry(131042, 'Problem with the payment method of the business', 'business', false),
  entry(131045, 'Number not registered or its certificate not valid', 'business', false),
  entry(131047, 'More than 24 hours since the customer wrote: template needed', 'business', false),
  entry(131048, 'Limited because customers reported or blocked the number', 'business', false),
  entry(131049, 'Held back by the provider to spare the customer; wait a day', 'nobody', true),
  entry(131050, 'Customer stopped marketing messages', 'customer', false),
  entry(131051, 'Message type not supported', 'customer', false),
  entry(131052, 'Media sent by the customer could not be fetched', 'customer', true),
  entry(131053, 'Media sent by the business could not be taken in', 'business', true),
  entry(131055, 'Request method not allowed', 'business', false),
  entry(131056, 'Too many messages to the same customer in a short time', 'business', true),
  entry(131057, 'Account under maintenance', 'provider', true),
  entry(131060, 'Message not available', 'nobody', false),
  entry(131062, 'User ids cannot be used here', 'business', false),
  entry(132000, 'Number of template parameters is wrong', 'business', false),
  entry(132001, 'Template does not exist in this language or is not approved', 'business', false),
  entry(132005, 'Template text too long once filled in', 'business', false),
  entry(132007, 'Template breaks the content policy', 'business', false),
  entry(132012, 'Template parameter has the wrong format', 'business', false),
  entry(132015, 'Template paused for low quality', 'business', true),
  entry(132016, 'Template disabled for low quality', 'business', false),
  entry(132068, 'Flow is blocked', 'business', false),
  entry(132069, 'Flow is throttled', 'business', true),
  entry(133010, 'Number not registered', 'business', false),
  entry(134011, 'Payment terms not accepted', 'business', false),
  entry(135000, 'Message could not be processed for a reason that is not given', 'business', false),
]

function entry(
  ...[code, meaning, whoCanAct, retryable]: readonly [
    ErrorCode['code'],
    ErrorCode['meaning'],
    ErrorCode['whoCanAct'],
    ErrorCode['retryable'],
  ]
): ErrorCode {
  return { code, meaning, whoCanAct, retryable }
}
