import { bytes, count, plural } from '../../../weir/src/report/format.ts';

export { bytes, count, plural };

/** A whole number of the API: beyond 2^53 it is a text. */
export type Long = number | string;

export function longOf(n: Long): bigint {
  return BigInt(n);
}

interface Counted {
  readonly bytesSent: Long | null;
  readonly bytesKnown: number;
  readonly connections: number;
}

/** How much left: `5.5 GiB`, `at least 5.5 GiB` where it is not known of every connection, `unknown`. Never 0 for unknown. */
export function sent({ bytesSent, bytesKnown, connections }: Counted): string {
  if (bytesSent === null) return 'unknown';
  const told = bytes(longOf(bytesSent));
  return bytesKnown < connections ? `at least ${told}` : told;
}

/** For how many of the connections that is known. */
export function knownFor({ bytesKnown, connections }: Counted): string {
  if (bytesKnown >= connections) return `all ${plural(connections, 'connection')}`.replace('all 1 ', '1 ');
  if (bytesKnown === 0) return `no count for ${plural(connections, 'connection')}`;
  return `known for ${count(bytesKnown)} of ${count(connections)}`;
}

/** A part of a whole in percent: `61 %`. Neither all nor nothing unless it is; a whole of nothing is no part. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return 'unknown';
  if (part === 0 || part >= whole) return part === 0 ? '0 %' : '100 %';
  const rounded = Math.round((part / whole) * 100);
  return `${Math.min(99, Math.max(1, rounded))} %`;
}
