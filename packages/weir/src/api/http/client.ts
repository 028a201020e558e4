import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';

/** Who is at the other end, as far as it can be believed. */
export interface Client {
  /** IP address. */
  readonly address: string;
  /** What the browser asked for: a name or an address, with a port. */
  readonly host: string;
  /** Whether the browser speaks TLS. */
  readonly secure: boolean;
}

export interface ClientOptions {
  /** Whether the server itself speaks TLS. */
  readonly tls: boolean;
  /** Addresses of proxies whose word on the client is taken. */
  readonly proxies: ReadonlySet<string>;
}

/** The client of a request. What a proxy says of it counts only where the proxy is one of ours. */
export function clientOf(context: Context, { tls, proxies }: ClientOptions): Client {
  const peer = plain(getConnInfo(context).remote.address ?? '');
  const header = (name: string) => context.req.header(name);
  if (!proxies.has(peer)) return { address: peer, host: header('host') ?? '', secure: tls };
  const forwarded = (header('x-forwarded-for') ?? '').split(',').map((address) => plain(address.trim()));
  // From the right: each proxy appends whom it heard, and the client may have written anything before.
  const address = forwarded.reverse().find((each) => each !== '' && !proxies.has(each)) ?? peer;
  return {
    address,
    host: header('x-forwarded-host') ?? header('host') ?? '',
    secure: tls || header('x-forwarded-proto') === 'https',
  };
}

/** An IPv4 address as such where a socket for both kinds gives it as IPv6. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}
