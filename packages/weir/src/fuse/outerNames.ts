import { sqlText } from '../engine/sql.ts';

/** SQL: whether a name says only who fronts: what a client that encrypts its hello writes where others write the host that it
 *  asks for (RFC 9849, `public_name`). All that a provider hosts has the same one, so that it names nobody's site; no log
 *  tells such a hello from another, but few providers publish keys.
 *
 *  Cloudflare's, of its drafts too, and those of the places where clients are tried out (BoringSSL's, DEfO's). */
export function isOuterName(host: string): string {
  return `(${host} IN (${outerNames.map(sqlText).join(', ')}))`;
}

const outerNames = ['cloudflare-ech.com', 'cloudflare-esni.com', 'public.tls-ech.dev', 'cover.defo.ie'];
