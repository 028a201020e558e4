import { z } from '@hono/zod-openapi';
import { Throttled } from '../../access/throttle.ts';
import { UserError } from '../../model/userError.ts';
import { visible } from '../../report/harmless.ts';

/** What is wrong in a part of what was sent. */
export const mistake = z
  .object({
    code: z.string(),
    /** `body.name`, `query.limit`, or `line:column` of a query. */
    place: z.string(),
    message: z.string(),
    advice: z.string().optional(),
    severity: z.enum(['error', 'warning', 'information']).optional(),
    /** Of a query's text: offsets in characters. */
    start: z.int().optional(),
    end: z.int().optional(),
  })
  .openapi('Mistake');

/** RFC 9457, with what Weir says of every error: a code that stays, where it is, and the way out. */
export const problem = z
  .object({
    type: z.string().openapi({ example: 'urn:weir:problem:user-unknown' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().openapi({ example: 'USER_UNKNOWN' }),
    place: z.string(),
    advice: z.string(),
    mistakes: z.array(mistake).optional(),
  })
  .openapi('Problem');

export type Problem = z.output<typeof problem>;
export type Mistake = z.output<typeof mistake>;

/** A mistake of who asks, with the status that it is answered with. */
export class RequestError extends UserError {
  readonly status: number;
  readonly mistakes: readonly Mistake[] | undefined;

  constructor(
    status: number,
    code: string,
    place: string,
    message: string,
    advice: string,
    mistakes?: readonly Mistake[],
  ) {
    super(code, place, message, advice);
    this.status = status;
    this.mistakes = mistakes;
  }
}

/** Where a code has a status of its own; what is unknown ends in _UNKNOWN, what is there already in _EXISTS,
 *  and who is to come back later is told so by _BUSY. */
const statuses: Readonly<Record<string, number>> = {
  LOGIN_FAILED: 401,
  LOGIN_THROTTLED: 429,
  LAST_ADMIN: 409,
  TOKEN_SCOPE: 403,
  LINK_USED: 410,
  QUERY_CANCELLED: 409,
  QUERY_TIMEOUT: 422,
  QUERY_MEMORY: 422,
  QUERY_VALUES: 422,
  EXCEPTION_REFUSED: 422,
  VIEW_OTHERS: 403,
  VIEW_LIMIT: 422,
  MESSAGE_STRANDED: 409,
  HUNT_OTHERS: 403,
  HUNT_OWNERLESS: 403,
  HUNT_LIMIT: 422,
  HUNT_STALE: 409,
  RULE_VERSION_STALE: 409,
  RULE_SHIPPED_STALE: 409,
  RULE_REFUSED: 422,
  RULE_TOO_MUCH: 422,
  RULE_FIXED: 422,
  RULE_UNWRITABLE: 422,
  DISK_FULL: 507,
};

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not logged in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Took too long',
  409: 'Conflict',
  410: 'Gone',
  413: 'Too large',
  415: 'Unsupported media type',
  421: 'Misdirected request',
  422: 'Refused',
  429: 'Too many requests',
  499: 'Cancelled',
  500: 'A bug in Weir',
  503: 'Not now',
  507: 'Disk full',
};

/** An error as a problem. What is no mistake of who asks is a bug of ours, of which they are told no more than that. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof UserError))
    return {
      ...base(500, 'BUG'),
      detail: 'this is a bug in Weir, not in what was asked',
      place: 'weir',
      advice: 'Please report it; the log of the service has the details.',
    };
  const status = error instanceof RequestError ? error.status : statusOf(error.code);
  const mistakes = error instanceof RequestError ? error.mistakes : undefined;
  return {
    ...base(status, error.code),
    detail: visible(error.message),
    place: visible(error.place),
    advice: visible(error.advice),
    ...(mistakes === undefined ? {} : { mistakes: [...mistakes] }),
  };
}

export function problemResponse(error: unknown): Response {
  const told = problemOf(error);
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' };
  if (error instanceof Throttled) headers['retry-after'] = String(error.seconds);
  if (told.status === 503) headers['retry-after'] = '5';
  if (told.status === 401) headers['www-authenticate'] = 'Bearer realm="weir"';
  return new Response(JSON.stringify(told), { status: told.status, headers });
}

function base(status: number, code: string) {
  return {
    type: `urn:weir:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title: titles[status] ?? 'Refused',
    status,
    code,
  };
}

function statusOf(code: string): number {
  const own = statuses[code];
  if (own !== undefined) return own;
  if (code.endsWith('_UNKNOWN')) return 404;
  if (code.endsWith('_EXISTS')) return 409;
  if (code.endsWith('_BUSY')) return 503;
  return 400;
}
