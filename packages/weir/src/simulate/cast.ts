import type { Random } from './random.ts';
import type { Account, Device, System } from './story.ts';

/** The invented organisation in which scenarios happen. */
export const organisation = {
  domain: 'corp.example',
  netbios: 'CORP',
  tenant: '00000000-0000-4000-8000-00005eed0001',
  group: 'Simulated',
};

const roles: Readonly<Record<string, { readonly prefix: string; readonly server: boolean }>> = {
  workstation: { prefix: 'ws', server: false },
  laptop: { prefix: 'lt', server: false },
  developer: { prefix: 'dev', server: false },
  server: { prefix: 'srv', server: true },
  'file-server': { prefix: 'fs', server: true },
  'web-server': { prefix: 'web', server: true },
  'mail-server': { prefix: 'mx', server: true },
  'build-server': { prefix: 'ci', server: true },
};

/** What a device may be for. */
export const deviceRoles: readonly string[] = Object.keys(roles);

const given = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'r', 's', 't', 'v', 'w'];
const family = [
  ...['okafor', 'lindqvist', 'petrov', 'dube', 'tanaka', 'moreau', 'olsen', 'achebe', 'novak', 'silva', 'brandt'],
  ...['rossi', 'haas', 'varga', 'kimura', 'weber', 'larsen', 'costa', 'adeyemi', 'farkas', 'quist', 'ueda', 'yilmaz'],
];

/** Who and where a story's devices and hosts are. */
export interface Casting {
  /** A device with an endpoint sensor, and who uses it. */
  device(role: string, system: System): Device;
  /** The addresses that a host's name leads to. */
  addressesOf(host: string): readonly string[];
}

/** Devices, accounts and addresses, invented one after the other and never twice. */
export class Cast implements Casting {
  readonly #random: Random;
  readonly #taken = new Set<string>();
  readonly #hosts = new Map<string, readonly string[]>();
  #address: number;

  constructor(random: Random) {
    this.#random = random;
    this.#address = random.int(0, documentation.length * 254 - 1);
  }

  device(role: string, system: System): Device {
    const { prefix, server } = roles[role] ?? { prefix: role, server: true };
    const short = this.#once(() => `${prefix}-${String(this.#random.int(1, 9999)).padStart(4, '0')}`);
    return {
      name: `${short}.${organisation.domain}`,
      id: this.#random.hex(40),
      system,
      address: this.#once(
        () => `10.${this.#random.int(16, 250)}.${this.#random.int(1, 250)}.${this.#random.int(20, 250)}`,
      ),
      address6: null,
      account: this.#person(server, system === 'windows' ? organisation.netbios : short),
      sensor: true,
      clock: this.#random.int(-900_000, 900_000),
    };
  }

  /** From the ranges that stand for nobody (RFC 5737). */
  addressesOf(host: string): readonly string[] {
    const known = this.#hosts.get(host) ?? [this.#nextAddress(), this.#nextAddress()];
    this.#hosts.set(host, known);
    return known;
  }

  #person(administrator: boolean, domain: string): Account {
    const name = this.#once(
      () => `${administrator ? 'adm.' : ''}${this.#random.pick(given)}.${this.#random.pick(family)}`,
    );
    return accountNamed(name, domain, this.#random);
  }

  #once(invent: () => string): string {
    for (;;) {
      const text = invent();
      if (this.#taken.has(text)) continue;
      this.#taken.add(text);
      return text;
    }
  }

  #nextAddress(): string {
    const at = this.#address++ % (documentation.length * 254);
    return `${documentation[Math.floor(at / 254)]}.${1 + (at % 254)}`;
  }
}

const documentation = ['203.0.113', '198.51.100', '192.0.2'];

/** An account of a domain, or of a device's own. */
export function accountNamed(name: string, domain: string, random: Random): Account {
  const own = domain !== organisation.netbios;
  return {
    domain,
    name,
    sid: `S-1-5-21-1000000001-1000000002-1000000003-${random.int(1100, 9999)}`,
    upn: own ? '' : `${name}@${organisation.domain}`,
    objectId: own ? '' : random.guid(),
  };
}
