export { checkAllowEntry, checkEndpointUrl } from './endpoint-url.rules';
export type { AllowEntry, AllowFault, UrlFault } from './endpoint-url.rules';
export type { AttemptKind, AttemptPhase } from './outcome.rules';
export { SENDER_DEFAULTS, WebhookSender } from './webhook-sender';
export type { AttemptResult, WebhookEndpoint } from './webhook-sender';
export { isWebhookSecret } from './webhook-signature';
