import type { Context } from 'hono';

/** What Splunk's HTTP Event Collector answers, by the code that its clients know. */
const answers = {
  success: [200, 0, 'Success'],
  tokenRequired: [401, 2, 'Token is required'],
  invalidAuthorization: [401, 3, 'Invalid authorization'],
  noData: [400, 5, 'No data'],
  invalidData: [400, 6, 'Invalid data format'],
  invalidChannel: [400, 11, 'Invalid data channel'],
  channelMissing: [400, 10, 'Data channel is missing'],
  eventRequired: [400, 12, 'Event field is required'],
  eventBlank: [400, 13, 'Event field cannot be blank'],
  queryToken: [400, 16, 'Query string authorization is not enabled'],
  healthy: [200, 17, 'HEC is healthy'],
  unhealthy: [503, 18, 'HEC is unhealthy, queues are full'],
} as const;

export type HecAnswer = keyof typeof answers;

export function hecAnswer(context: Context, name: HecAnswer, more: Record<string, number> = {}): Response {
  const [status, code, text] = answers[name];
  return context.json({ text, code, ...more }, status);
}
