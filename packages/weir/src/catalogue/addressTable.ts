import ipaddr from 'ipaddr.js';

/** Finds the smallest of some networks that holds an address. */
export interface AddressTable<T> {
  find(address: string): T | undefined;
}

/** Builds the table. A few dozen networks: they are tried in turn, smallest first. */
export function addressTable<T>(networks: Iterable<readonly [cidr: string, value: T]>): AddressTable<T> {
  const ranges = Array.from(networks, ([cidr, value]) => ({ range: ipaddr.parseCIDR(cidr), value }));
  ranges.sort((a, b) => b.range[1] - a.range[1]);
  return {
    find(text) {
      const bare = text.trim().replace(/^\[|\]$/g, '');
      if (!ipaddr.IPv4.isValidFourPartDecimal(bare) && !ipaddr.IPv6.isValid(bare)) return undefined;
      // An IPv4 address inside an IPv6 one (::ffff:149.154.167.220) is the IPv4 address.
      const address = ipaddr.process(bare);
      return ranges.find(({ range }) => range[0].kind() === address.kind() && address.match(range))?.value;
    },
  };
}
