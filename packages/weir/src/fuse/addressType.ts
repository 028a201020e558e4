import ipaddr from 'ipaddr.js';

export interface AddressFacts {
  /** One spelling an address: IPv4-mapped IPv6 as IPv4, IPv6 compressed and lower case; what is no address as it is. */
  readonly canonical: string;
  /** Defender's word for the range; '' for what is no address. */
  readonly type: string;
}

/** Defender's words (LocalIPType, RemoteIPType) for the ranges that ipaddr.js tells apart. Carrier-grade NAT counts as
 *  private: it is not reached over the internet. A NAT64 address is an IPv4 host of the internet. */
const typeOfRange: Readonly<Record<string, string>> = {
  unicast: 'Public',
  rfc6052: 'Public',
  '6to4': 'Public',
  private: 'Private',
  uniqueLocal: 'Private',
  carrierGradeNat: 'Private',
  loopback: 'Loopback',
  broadcast: 'Broadcast',
  teredo: 'Teredo',
};

/** Canonical spelling and type of an address as a log wrote it. A mapped address has the type of the IPv4 address in
 *  it, so that a filter on Public finds it. */
export function addressFacts(text: string): AddressFacts {
  const bare = text.trim();
  if (!(ipaddr.IPv4.isValidFourPartDecimal(bare) || ipaddr.IPv6.isValid(bare))) return { canonical: text, type: '' };
  const address = ipaddr.process(bare);
  return { canonical: address.toString(), type: typeOfRange[address.range()] ?? 'Reserved' };
}
