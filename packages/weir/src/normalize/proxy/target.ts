import { sqlText } from '../../engine/sql.ts';

const scheme = '(?:([A-Za-z][A-Za-z0-9+.-]*)://)?';
const host = '(\\[[0-9A-Fa-f:.%]*\\]|[^:/?#@\\s\\[\\]]+)';
const pattern = `^${scheme}(?:[^/?#@\\s]*@)?${host}(?::([0-9]*))?(?:[/?#].*)?$`;

/** SQL of the struct `scheme, host, port` of what a client asks a proxy for: a URL, or CONNECT's `host:port`. Empty texts
 *  where it names no host (`error:invalid-request`), and where there is no text. */
export function targetParts(text: string): string {
  return `(regexp_extract(coalesce(${text}, ''), ${sqlText(pattern)}, ['scheme', 'host', 'port']))`;
}
