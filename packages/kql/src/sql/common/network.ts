import type { Arg, CallContext } from '../emit.ts';

export const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';

/** An address of IPv4 as four groups. */
export const address = `(${octet})\\.(${octet})\\.(${octet})\\.(${octet})`;

/** Ranges of RFC 1918. */
export const privateRanges = [
  [0x0a00_0000, 0x0aff_ffff],
  [0xac10_0000, 0xac1f_ffff],
  [0xc0a8_0000, 0xc0a8_ffff],
] as const;

/** What may stand beside an address in a text. */
export const outside = '[^\\pL\\pN]';

/** The addresses or prefixes of `has_any_ipv4` and its like. */
export function constantAddresses(args: readonly Arg[], call: CallContext): string[] {
  return args.flatMap((arg) => {
    const constant = arg.constant;
    if (typeof constant === 'string') return [constant];
    const json = constant !== null && typeof constant === 'object' ? constant.json : undefined;
    if (!Array.isArray(json)) return call.refuse(`${call.name} needs constant addresses`);
    return json.map(String);
  });
}
