import { Random } from '../../../packages/weir/src/simulate/random.ts';
import type { Account, Device, System } from '../../../packages/weir/src/simulate/story.ts';
import { desks, type Role, servers } from './habit.ts';

/** A machine of the company. */
export interface Machine extends Device {
  readonly number: number;
  readonly role: Role;
  readonly portable: boolean;
  /** Flows of it pass a network sensor. */
  readonly watched: boolean;
  /** Hours that its place is ahead of UTC. */
  readonly zone: number;
  /** When its user's day begins, hours of local time. */
  readonly begins: number;
  /** Days on which it is there, counted from 0: from the first to before the second. */
  readonly from: number;
  readonly until: number;
}

interface Kind {
  readonly role: Role;
  /** Of a thousand machines. */
  readonly of: number;
  /** The first company of any size has so many. */
  readonly least: number;
  readonly systems: Readonly<Partial<Record<System, number>>>;
  readonly prefix: string;
}

const kinds: readonly Kind[] = [
  kind('office', 250, 6, 'pc', { windows: 0.97, macos: 0.03 }),
  kind('finance', 50, 2, 'fin', { windows: 1 }),
  kind('people', 25, 1, 'hr', { windows: 1 }),
  kind('sales', 110, 3, 'nb', { windows: 0.9, macos: 0.1 }),
  kind('marketing', 45, 2, 'mk', { windows: 0.55, macos: 0.45 }),
  kind('design', 25, 1, 'ds', { windows: 0.15, macos: 0.85 }),
  kind('executive', 10, 1, 'ex', { windows: 0.7, macos: 0.3 }),
  kind('developer', 100, 6, 'dev', { windows: 0.55, macos: 0.25, linux: 0.2 }),
  kind('data', 20, 1, 'da', { windows: 0.6, macos: 0.25, linux: 0.15 }),
  kind('admin', 20, 1, 'it', { windows: 0.9, macos: 0.1 }),
  kind('lab', 50, 1, 'lab', { windows: 1 }),
  kind('kiosk', 30, 1, 'shop', { windows: 1 }),
  kind('room', 15, 1, 'room', { windows: 1 }),
  kind('terminal', 6, 0, 'ts', { windows: 1 }),
  kind('file-server', 14, 2, 'fs', { windows: 1 }),
  kind('web-server', 14, 2, 'web', { windows: 0.5, linux: 0.5 }),
  kind('mail-server', 3, 1, 'mx', { windows: 1 }),
  kind('build-server', 12, 2, 'ci', { windows: 0.5, linux: 0.5 }),
  kind('app-server', 45, 4, 'app', { windows: 0.6, linux: 0.4 }),
  kind('database', 15, 1, 'db', { windows: 0.7, linux: 0.3 }),
  kind('backup-server', 3, 1, 'bk', { windows: 1 }),
  kind('directory', 5, 1, 'dc', { windows: 1 }),
  kind('monitor', 3, 1, 'mon', { windows: 0.4, linux: 0.6 }),
  kind('printer', 30, 1, 'prn', { firmware: 1 }),
  kind('camera', 15, 0, 'cam', { firmware: 1 }),
  kind('phone', 75, 2, 'ph', { firmware: 1 }),
  kind('storage-box', 4, 0, 'nas', { firmware: 1 }),
  kind('screen', 6, 0, 'tv', { firmware: 1 }),
];

function kind(role: Role, of: number, least: number, prefix: string, systems: Kind['systems']): Kind {
  return { role, of, least, systems, prefix };
}

export const organisation = { name: 'tarnwick', domain: 'tarnwick.example', netbios: 'TARNWICK' };

/** The company's machines, and those that come and go: new people, leavers, replaced computers. */
export function machines(count: number, days: number, seed: number): Machine[] {
  const random = new Random(`life/${seed}/machines`);
  const found: Machine[] = [];
  for (const { role, system, prefix, first } of seats(count, random)) {
    const own = random.fork(`machine/${found.length}`);
    const person = !servers.includes(role);
    const number = found.length;
    const moves = own.real();
    // One in fifty is new, one in eighty leaves, one in forty gets another computer while the data run.
    const changes = desks.includes(role) && days > 2 && !first;
    const day = own.int(1, days - 1);
    const from = changes && moves < 0.02 ? day : 0;
    const until = changes && moves >= 0.02 && moves < 0.057 ? day : days;
    const machine = furnish(number, role, system, prefix, own, { from, until }, person, first);
    found.push(machine);
    if (changes && moves >= 0.032 && moves < 0.057) {
      const next = furnish(
        found.length,
        role,
        system,
        prefix,
        own.fork('next'),
        { from: day, until: days },
        person,
        false,
      );
      found.push({ ...next, account: machine.account, zone: machine.zone, begins: machine.begins });
    }
  }
  return found;
}

function seats(count: number, random: Random): { role: Role; system: System; prefix: string; first: boolean }[] {
  const sum = kinds.reduce((all, { of }) => all + of, 0);
  const small = kinds.reduce((all, { least }) => all + least, 0);
  const free = Math.max(0, count - small);
  return kinds.flatMap(({ role, of, least, systems, prefix }) => {
    const wanted = Math.max(least, Math.round((count * of) / sum));
    const number = free === 0 ? least : Math.max(least, wanted);
    const names = Object.keys(systems) as System[];
    return Array.from({ length: number }, (_, index) => {
      // The first of a kind have each system that it comes in, so that a small company has them too.
      const system = index < names.length ? names[index] : drawn(systems, random.real());
      return { role, system: system ?? 'windows', prefix, first: index < names.length };
    });
  });
}

function drawn(systems: Kind['systems'], at: number): System | undefined {
  let left = at;
  for (const [system, share] of Object.entries(systems)) {
    left -= share;
    if (left < 0) return system as System;
  }
  return undefined;
}

const portables: readonly Role[] = ['sales', 'executive', 'marketing', 'developer', 'data', 'design', 'people'];

function furnish(
  number: number,
  role: Role,
  system: System,
  prefix: string,
  random: Random,
  life: { readonly from: number; readonly until: number },
  person: boolean,
  first: boolean,
): Machine {
  const short = `${prefix}-${random.base62(4).toLowerCase()}${String(number).padStart(4, '0')}`;
  const thing = system === 'firmware';
  const server = servers.includes(role);
  const portable = portables.includes(role) && random.chance(0.75);
  return {
    number,
    role,
    system,
    portable,
    name: thing ? short : `${short}.${organisation.domain}`,
    id: random.hex(40),
    address: `10.${64 + Math.floor(number / 200)}.${server ? 8 : thing ? 9 : 1}.${20 + (number % 200)}`,
    address6: null,
    account: account(number, role, system, short, random, person),
    // Some machines never got a sensor, and some places have none on the network; of each kind one has both.
    sensor: !thing && (first || !random.chance(server ? 0.06 : 0.03)),
    watched: server || thing || first || !random.chance(0.06),
    clock: random.int(-900_000, 900_000),
    zone: server ? 1 : (random.pick([1, 1, 1, 1, 1, -5, -5, 8]) ?? 1),
    begins: 8.3 + (random.real() + random.real() + random.real() - 1.5) * 1.8,
    ...life,
  };
}

const given = [
  'anna',
  'ben',
  'carla',
  'dimitri',
  'elif',
  'farid',
  'greta',
  'hugo',
  'ines',
  'jonas',
  'keiko',
  'luis',
  'mara',
  'nils',
  'olga',
  'pavel',
  'qing',
  'rosa',
  'sven',
  'tuva',
  'uma',
  'viktor',
  'wanda',
  'yusuf',
];
const family = [
  'abara',
  'berg',
  'castell',
  'dietz',
  'eriksen',
  'fontaine',
  'grau',
  'holm',
  'ibsen',
  'jansen',
  'kovac',
  'lund',
  'marek',
  'neri',
  'okoye',
  'prinz',
  'quint',
  'reuter',
  'soto',
  'thiel',
  'unger',
  'vance',
  'wirth',
  'xavier',
  'young',
  'zeller',
  'bauer',
  'conti',
  'dahl',
  'ekholm',
  'falk',
];

function account(number: number, role: Role, system: System, short: string, random: Random, person: boolean): Account {
  const own = system !== 'windows';
  const name = person
    ? `${given[number % given.length]}.${family[Math.floor(number / given.length) % family.length]}`
    : `svc-${role.replace('-server', '')}${random.int(1, 9)}`;
  return {
    domain: own ? short : organisation.netbios,
    name,
    sid: `S-1-5-21-2000000001-2000000002-2000000003-${1100 + number}`,
    upn: own || !person ? '' : `${name}@${organisation.domain}`,
    objectId: own || !person ? '' : random.guid(),
  };
}
