import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { map } from '../yaml/map.ts';

const text = z.string().trim().min(1);
const optional = text.nullish().transform((written) => written ?? '');

/** A list; nothing after the key is an empty one. */
function list<Item extends z.ZodType>(item: Item) {
  return z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);
}

/** Shorter prefixes hold addresses of half the world. */
const shortestPrefix = { ipv4: 8, ipv6: 7 } as const;

const network = text.transform((written, context) => {
  const refuse = (message: string) => {
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  if (!ipaddr.isValidCIDR(written)) return refuse(`${written} is not a network such as 192.0.2.0/24`);
  const [address, prefix] = ipaddr.parseCIDR(written);
  const kind = address.kind();
  const first = (kind === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6).networkAddressFromCIDR(written).toString();
  if (first !== address.toString()) return refuse(`${written} is an address inside ${first}/${prefix}; write that`);
  if (prefix < shortestPrefix[kind]) return refuse(`${written} is more than an organisation's own addresses`);
  return `${first}/${prefix}`;
});

/** The one spelling of an address; undefined for what is none. */
function canonicalAddress(written: string): string | undefined {
  const valid = ipaddr.IPv4.isValidFourPartDecimal(written) || ipaddr.IPv6.isValid(written);
  return valid ? ipaddr.process(written).toString() : undefined;
}

const address = text.transform((written, context) => {
  const canonical = canonicalAddress(written);
  if (canonical !== undefined) return canonical;
  context.addIssue({ code: 'custom', message: `${written} is not an address` });
  return z.NEVER;
});

/** A word that queries compare. */
const word = z.string().regex(/^[a-z0-9][a-z0-9_-]*$/, 'a role is one lower-case word, such as server or build');

/** A name in a host or URL, lower case; a star for any characters. */
const owned = z
  .string()
  .regex(/^[A-Za-z0-9*][A-Za-z0-9*._/-]*$/, 'a name as it stands in a host or URL, without scheme or blanks')
  .refine((name) => /[A-Za-z0-9]/.test(name), 'a name of stars alone would be everything')
  .transform((name) => name.toLowerCase());

const host = text
  .refine((name) => /[^*.]/.test(name), 'a name of stars alone would be every host')
  .refine((name) => !name.includes('/'), 'a host is a name or an address; networks belong to sites')
  .transform((name) => canonicalAddress(name) ?? name.toLowerCase());

const ownedList = list(map({ name: owned, note: optional }));

/** A cell of a watchlist. What YAML reads as a number or as true may be another text than was written. */
const cell = z
  .union([z.string(), z.null()], { error: 'a cell is a text: put it in quotes' })
  .transform((text) => text ?? '');

const watchlist = map({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a name of letters, digits, dots, hyphens and underscores'),
  searchKey: text,
  rows: z.array(z.record(z.string(), cell)).optional(),
  file: text.refine((name) => !/[/\\]/.test(name), 'the name of a file beside the inventory').optional(),
  note: optional,
});

export const inventoryFile = map({
  hosts: list(map({ name: host, role: word, owner: optional, note: optional })),
  sites: list(map({ name: text, networks: list(network), sensors: list(text), note: optional })),
  services: list(map({ service: text, roles: list(word), sites: list(text), note: optional })),
  tenants: ownedList,
  buckets: ownedList,
  repositories: ownedList,
  proxies: list(map({ address, port: z.int().min(1).max(65535), site: optional, note: optional })),
  translators: list(map({ address, site: optional, note: optional })),
  watchlists: list(watchlist),
});
