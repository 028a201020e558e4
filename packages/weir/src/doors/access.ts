/** Who may do what, as whoever keeps the accounts has it: the name of who a token belongs to; undefined where it may not. */
export type Authorize = (token: string | undefined, scope: 'ingest') => string | undefined;

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
