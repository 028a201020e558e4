import { type LookupAddress, lookup as resolve } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { DeliveryFailure } from './failure.ts';

export type Resolve = typeof resolve;

/** Whether a webhook may reach an address: public ones, and those of the networks that a person allowed. Loopback, private,
 *  link-local (the metadata services of clouds), shared, reserved, multicast, tunnelled and translated ones are not public;
 *  an IPv4 address in IPv6 clothes is judged as what it is. */
export function mayReach(address: string, allowed: readonly string[]): boolean {
  const parsed = ipaddr.process(address);
  if (parsed.range() === 'unicast') return true;
  return allowed.some((network) => {
    const [range, bits] = ipaddr.isValidCIDR(network)
      ? ipaddr.parseCIDR(network)
      : ([ipaddr.parse(network), undefined] as const);
    if (range.kind() !== parsed.kind()) return false;
    return parsed.match(range, bits ?? (range.kind() === 'ipv4' ? 32 : 128));
  });
}

/** Looks names up for a connection, and gives it only addresses that it may reach: what is judged is what is connected to, so
 *  that a name cannot say one thing to a check and another to the connection. */
export function guardedLookup(allowed: readonly string[], look: Resolve = resolve): LookupFunction {
  return (hostname, options, answer) => {
    look(hostname, { ...options, all: true }, (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => {
      if (error !== null) return answer(error, '', 0);
      const reachable = found.filter(({ address }) => mayReach(address, allowed));
      const [first] = reachable;
      if (first === undefined)
        return answer(
          refused(
            hostname,
            found.map(({ address }) => address),
          ),
          '',
          0,
        );
      if (options.all === true) return answer(null, reachable);
      return answer(null, first.address, first.family);
    });
  };
}

/** A connection to an address looks nothing up, so it is judged before.
 *  @throws DeliveryFailure */
export function refuseAddress(hostname: string, allowed: readonly string[]): void {
  const address = hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) !== 0 && !mayReach(address, allowed)) throw refused(hostname, [address]);
}

function refused(hostname: string, addresses: readonly string[]): DeliveryFailure {
  const where = addresses.join(', ') || 'no address';
  return new DeliveryFailure(
    `${hostname} is at ${where}, which is not public; name its network under allow if it is meant`,
    { again: true },
  );
}
