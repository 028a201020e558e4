import type { InventoryHost } from '../model/inventory.ts';
import { starred } from './owned.ts';

/** The entry that describes a device best: its own name, else the pattern with most written characters, else one of its
 *  addresses. A name counts with and without its domain. */
export function hostMatcher(
  hosts: readonly InventoryHost[],
): (device: string, addresses: readonly string[]) => InventoryHost | undefined {
  const exact = new Map(hosts.map((host) => [host.name, host]));
  const patterns = hosts
    .filter(({ name }) => name.includes('*'))
    .sort((a, b) => written(b) - written(a))
    .map((host) => ({ host, matches: new RegExp(`^(?:${starred(host.name)})$`) }));
  return (device, addresses) => {
    const full = device.toLowerCase();
    const names = [full, full.split('.', 1)[0] ?? ''];
    return (
      names.map((name) => exact.get(name)).find((host) => host !== undefined) ??
      patterns.find(({ matches }) => names.some((name) => matches.test(name)))?.host ??
      addresses.map((address) => exact.get(address)).find((host) => host !== undefined)
    );
  };
}

function written({ name }: InventoryHost): number {
  return name.replaceAll('*', '').length;
}
