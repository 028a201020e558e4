import { isIP } from 'node:net';
import { z } from 'zod';

/** Where a server listens. */
export interface Listen {
  /** A name or an IP address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** `127.0.0.1:8765`, `[::1]:8765`, `weir.example.org:443`. */
export const listen = z.string().transform((written, context): Listen => {
  const [, six, name, digits] = /^(?:\[([0-9a-f:.%\w]+)\]|([\w.-]+)):(\d{1,5})$/i.exec(written.trim()) ?? [];
  const port = Number(digits);
  const host = six ?? name;
  const fits = six === undefined || isIP(six.replace(/%.*$/, '')) === 6;
  if (host !== undefined && fits && port <= 65_535) return { host, port };
  context.addIssue({
    code: 'custom',
    message: `${written} is no address to listen at; write it like 127.0.0.1:8765 or [::1]:8765`,
  });
  return z.NEVER;
});

/** Whether only programs of this machine reach it. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
