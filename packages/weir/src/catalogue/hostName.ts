import { domainToASCII } from 'node:url';
import ipaddr from 'ipaddr.js';

/** Letters beyond ASCII are left to the conversion, ASCII that stands in no host name is not: that reads URLs leniently. */
const hostCharacters = /^[a-z0-9_.\-\u{80}-\u{10ffff}]+$/u;

/** A host name as the catalogue compares it: lower case, punycode, no dot at the end. Undefined for an address and for
 *  what is no host name. */
export function canonicalHost(host: string): string | undefined {
  const bare = host.trim().replace(/\.$/, '').toLowerCase();
  if (!hostCharacters.test(bare) || isAddress(bare)) return undefined;
  const ascii = /[^\w.-]/.test(bare) ? domainToASCII(bare).replace(/\.$/, '') : bare;
  if (ascii === '' || isAddress(ascii) || ascii.split('.').includes('')) return undefined;
  return ascii;
}

/** An IP address in any form that a log may hold, `[::1]` with its brackets too. */
function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text.replace(/^\[|\]$/g, ''));
}
