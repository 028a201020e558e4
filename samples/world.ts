import { Random } from '../packages/weir/src/simulate/random.ts';
import type { Account, Device as Machine, System } from '../packages/weir/src/simulate/story.ts';
import { hour, type Micros, second } from '../packages/weir/src/simulate/time.ts';

export type Role = 'office' | 'sales' | 'design' | 'developer' | 'admin' | 'server' | 'web' | 'thing';

/** A device of the company, and what its people do with it. */
export interface Device extends Machine {
  readonly role: Role;
  /** Programs beyond what everyone has. */
  readonly apps: readonly string[];
  /** Days, counted from 0, on which it is away from the office. */
  readonly away: readonly number[];
}

export const domain = 'larkfield.example';
export const tenant = '00000000-0000-4000-8000-00001a2f0001';
export const resolver = '10.20.8.10';

const netbios = 'larkfield';

interface Seat {
  readonly device: string;
  readonly account: string;
  readonly role: Role;
  readonly system?: System;
  readonly apps?: readonly string[];
  readonly clock?: Micros;
  readonly away?: readonly number[];
}

const roster: readonly Seat[] = [
  { device: 'lf-ws-001', account: 'm.okafor', role: 'office' },
  { device: 'lf-ws-002', account: 'j.lind', role: 'sales', apps: ['telegram'] },
  // Its clock shows the local time of a zone one hour east of UTC, and the sensor marks it as UTC.
  { device: 'lf-ws-003', account: 'a.petrov', role: 'office', clock: hour },
  { device: 'lf-ws-004', account: 's.dube', role: 'office' },
  { device: 'lf-ws-005', account: 'k.tanaka', role: 'office', apps: ['slack'] },
  { device: 'lf-ws-006', account: 'r.moreau', role: 'office', apps: ['firefox'] },
  { device: 'lf-ws-007', account: 'h.olsen', role: 'office' },
  { device: 'lf-ws-008', account: 't.achebe', role: 'office', apps: ['discord', 'firefox'] },
  { device: 'lf-ws-009', account: 'l.novak', role: 'office' },
  { device: 'lf-lt-010', account: 'p.silva', role: 'sales', apps: ['zoom'], away: [1] },
  { device: 'lf-lt-011', account: 'e.brandt', role: 'office', apps: ['backblaze'] },
  { device: 'lf-lt-012', account: 'c.rossi', role: 'sales', apps: ['dropbox', 'zoom'] },
  { device: 'lf-mac-01', account: 'n.haas', role: 'design', system: 'macos', apps: ['slack'] },
  { device: 'lf-mac-02', account: 'i.varga', role: 'design', system: 'macos' },
  { device: 'lf-dev-01', account: 'd.kim', role: 'developer', apps: ['slack'] },
  { device: 'lf-dev-02', account: 'g.weber', role: 'developer', apps: ['slack', 'telegram'] },
  { device: 'lf-dev-03', account: 'o.larsen', role: 'developer', apps: ['slack', 'discord', 'lfs'] },
  { device: 'lf-dev-04', account: 'b.costa', role: 'developer', apps: ['slack', 'firefox'] },
  { device: 'lf-it-01', account: 'w.adeyemi', role: 'admin', apps: ['slack'] },
  { device: 'lf-build01', account: 'svc-build', role: 'server', apps: ['ci', 'monitor'] },
  { device: 'lf-fs01', account: 'svc-scan', role: 'server', apps: ['monitor'] },
  { device: 'lf-bk01', account: 'svc-backup', role: 'server', apps: ['backup', 'monitor'] },
  { device: 'lf-web01', account: 'www-data', role: 'web', system: 'linux' },
  { device: 'lf-dc01', account: 'svc-dc', role: 'server' },
  { device: 'lf-prn-01', account: '', role: 'thing', system: 'firmware' },
  { device: 'lf-nas-01', account: '', role: 'thing', system: 'firmware' },
  { device: 'lf-tv-01', account: '', role: 'thing', system: 'firmware' },
];

/** Devices of the roster, followed by as many further office and developer seats as asked for. */
export function devices(count: number, seed: string): Device[] {
  const seats: Seat[] = roster.slice(0, count);
  for (let number = 13; seats.length < count; number++) {
    const role = number % 5 === 0 ? 'developer' : number % 5 === 1 ? 'sales' : 'office';
    const apps = number % 4 === 0 ? ['slack'] : number % 7 === 0 ? ['dropbox'] : [];
    seats.push({ device: `lf-ws-${String(number).padStart(3, '0')}`, account: `u${number}`, role, apps });
  }
  return seats.map((seat, index) => furnish(seat, index, new Random(`${seed}/device/${seat.device}`)));
}

function furnish(seat: Seat, index: number, random: Random): Device {
  const system = seat.system ?? 'windows';
  // Beyond 200 seats the offices spread over further networks.
  const own = `10.${20 + Math.floor(index / 200)}.${network(seat.role)}.${20 + (index % 200)}`;
  return {
    name: system === 'firmware' ? seat.device : `${seat.device}.${domain}`,
    id: random.hex(40),
    role: seat.role,
    system,
    address: seat.device === 'lf-dc01' ? resolver : own,
    address6:
      seat.role === 'developer' || seat.role === 'office' ? `2001:db8:20:1::${(0x100 + index).toString(16)}` : null,
    account: account(seat, index, random),
    apps: seat.apps ?? [],
    sensor: system !== 'firmware',
    clock: seat.clock ?? random.int(-900, 900) * (second / 1000),
    away: seat.away ?? [],
  };
}

function network(role: Role): number {
  if (role === 'thing') return 9;
  if (role === 'server' || role === 'web') return 8;
  return role === 'developer' ? 2 : 1;
}

function account(seat: Seat, index: number, random: Random): Account {
  return {
    domain: seat.system === 'linux' || seat.system === 'macos' ? seat.device : netbios,
    name: seat.account,
    sid: `S-1-5-21-1000000001-1000000002-1000000003-${1100 + index}`,
    upn: seat.role === 'server' || seat.role === 'web' ? '' : `${seat.account}@${domain}`,
    objectId: seat.role === 'server' || seat.role === 'web' ? '' : random.guid(),
  };
}
