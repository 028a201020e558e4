/** Why somebody is kept out. */
export interface Denied {
  /** 401: nobody known. 403: somebody who may not. */
  readonly status: 401 | 403;
  /** What is wrong with the token, and what would do. */
  readonly reason: string;
}

/** Who may do what, as whoever keeps the accounts has it: the name of who a token belongs to, or why it does not open. */
export type Authorize = (token: string | undefined, scope: 'ingest') => string | Denied;

/** The token in an `Authorization` header, however its client wraps it: `Bearer`, `Splunk`, Elastic's `ApiKey` (with or
 *  without the key's id, in base64), or the password of `Basic`. */
export function tokenOf(header: string | undefined): string | undefined {
  const [, scheme = '', value = ''] = /^\s*([A-Za-z]+)\s+(\S+)\s*$/.exec(header ?? '') ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
    case 'splunk':
      return value;
    case 'basic':
      return afterColon(value) ?? '';
    case 'apikey':
      return afterColon(value) ?? value;
    default:
      return undefined;
  }
}

function afterColon(base64: string): string | undefined {
  return /^[\x20-\x7e]*?:([\x21-\x7e]+)$/.exec(Buffer.from(base64, 'base64').toString('latin1'))?.[1];
}
