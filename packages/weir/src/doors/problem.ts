import type { Context } from 'hono';

/** A refusal as RFC 9457 has it. */
export function problem(
  context: Context,
  status: 400 | 401 | 403 | 413 | 415 | 500 | 503,
  title: string,
  detail: string,
  headers: Record<string, string> = {},
): Response {
  return context.body(JSON.stringify({ type: 'about:blank', title, status, detail }), status, {
    ...headers,
    'content-type': 'application/problem+json',
  });
}
