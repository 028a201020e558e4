import type { RawColumns } from '../reading.ts';
import { trimmed } from '../sql/words.ts';

/** Columns of what a client asks a proxy for: a URL, or CONNECT's `host:port`. */
export interface Target {
  /** Lower case: `https`; '' where there is none. */
  readonly scheme: string;
  /** A name or an address, lower case, without brackets; '' where the text names no host (`error:invalid-request`). */
  readonly host: string;
  /** Digits; '' where there is none. */
  readonly port: string;
}

/** In small steps, for one pattern with groups for all of it takes the engine ten times as long; and `host:port`, which most
 *  of a log of tunnels is, without those that it does not need. */
export function targetParts(raw: RawColumns, text: string): Target {
  const whole = raw.once(`coalesce(${trimmed(text)}, '')`);
  const isTunnel = raw.once(`regexp_full_match(${whole}, '[A-Za-z0-9._-]+:[0-9]+')`);
  const scheme = raw.once(
    `CASE WHEN ${isTunnel} THEN '' ELSE regexp_extract(${whole}, '^[A-Za-z][A-Za-z0-9+.-]*://') END`,
  );
  const upToPath = `regexp_extract(substr(${whole}, length(${scheme}) + 1), '^[^/?#]*')`;
  const authority = raw.once(
    `CASE WHEN ${isTunnel} THEN ${whole} WHEN contains(${whole}, '@') THEN regexp_replace(${upToPath}, '^.*@', '') ELSE ${upToPath} END`,
  );
  const host = raw.once(`CASE WHEN starts_with(${authority}, '[') THEN regexp_extract(${authority}, '^\\[[^\\]]*\\]')
    ELSE split_part(${authority}, ':', 1) END`);
  const port = raw.once(`substr(${authority}, length(${host}) + 1)`);
  const sound = `${isTunnel} OR regexp_full_match(${port}, '(:[0-9]*)?') AND regexp_full_match(${host}, '[\\p{L}\\p{N}._-]+|\\[[0-9A-Fa-f:.]+\\]')`;
  return {
    scheme: `CASE WHEN ${isTunnel} THEN '' ELSE lower(rtrim(${scheme}, ':/')) END`,
    host: raw.once(
      `CASE WHEN ${sound} THEN rtrim(lower(CASE WHEN ${isTunnel} THEN ${host} ELSE trim(${host}, '[]') END), '.') ELSE '' END`,
    ),
    port: `ltrim(${port}, ':')`,
  };
}
