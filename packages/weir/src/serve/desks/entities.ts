import { ticksPerDay } from '@weir/kql/types';
import type { EntityDesk, EntityInfo, EntityKind, EntityShare } from '../../api/parts.ts';
import type { Queries } from '../../api/query/queries.ts';
import { kqlDatetime, kqlString } from '../../explain/literal.ts';
import { UserError } from '../../model/userError.ts';
import { usualOf } from './usual.ts';

/** So many days before the one that is looked at, and after it. */
const daysBefore = 30n;
const daysAfter = 7n;
const topMost = 8;

const columnOf: Readonly<Record<EntityKind, string>> = {
  device: 'DeviceName',
  account: 'AccountName',
  process: 'InitiatingProcessFileName',
  service: 'Service',
};

/** What an entity deals with: the part's name, and what is told apart in it. A host that is no service is told by its domain. */
const parts = {
  device: 'DeviceName',
  account: 'AccountName',
  process: 'InitiatingProcessFileName',
  service: 'iff(isempty(Service), RegistrableDomain, Service)',
} as const;

const figures = `Sent = sum(BytesSent), Connections = sum(Connections), Known = sum(ConnectionsWithBytes), First = min(FirstSeen),
    Last = max(LastSeen), Days = dcount(Day)`;

/** Entities by what left of them each day: one query of the lake. */
export function entityDesk({
  queries,
  oldest,
}: {
  readonly queries: Pick<Queries, 'run'>;
  /** Of the connections that are kept, ticks. */
  readonly oldest: () => bigint | null;
}): EntityDesk {
  return {
    get: async ({ kind, name, at, present }, { id, who }, signal) => {
      const looked = (at / ticksPerDay) * ticksPerDay;
      const from = looked - daysBefore * ticksPerDay;
      const until = least(looked + (daysAfter + 1n) * ticksPerDay, (present / ticksPerDay + 1n) * ticksPerDay);
      const kql = `let Of = materialize(EgressDaily
  | where Day >= ${kqlDatetime(from)} and Day < ${kqlDatetime(until)} and ${columnOf[kind]} in~ (${written(name).map(kqlString).join(', ')}));
union (Of | summarize ${figures} by Day | extend Part = "day", Name = "", IsService = false),
${Object.entries(parts)
  .filter(([part]) => part !== kind)
  .map(
    ([
      part,
      of,
    ]) => `(Of | summarize ${figures} by Name = ${of}, IsService = isnotempty(Service) and "${part}" == "service"
  | sort by Sent desc, Connections desc, Name asc | take ${topMost} | extend Part = "${part}")`,
  )
  .join(',\n')}
| project Part, Name, IsService, tolong(Day), Sent, Connections, Known, tolong(First), tolong(Last), Days`;
      const { rows } = await queries.run({ id, who, kql, now: present }, signal).catch((error: unknown) => {
        throw slow(error, name);
      });
      return infoOf(JSON.parse(`[${rows}]`), { from, until, looked, oldest: oldest() });
    },
  };
}

/** Times are ticks. */
type Row = readonly [string, string, boolean, Whole | null, Whole, Whole, Whole, Whole, Whole, Whole];
type Whole = number | string;

function infoOf(
  rows: readonly Row[],
  about: { readonly from: bigint; readonly until: bigint; readonly looked: bigint; readonly oldest: bigint | null },
): EntityInfo {
  const counts = ([, , , , sent, connections, known]: Row) => ({
    // The sum of nothing that is known is 0 in KQL.
    bytesSent: Number(known) === 0 ? null : BigInt(sent),
    connections: Number(connections),
    bytesKnown: Number(known),
  });
  const ofDays = rows.filter(([part]) => part === 'day');
  const days = ofDays
    .map((row) => ({ day: BigInt(row[3] ?? 0), ...counts(row) }))
    .toSorted((a, b) => (a.day < b.day ? -1 : 1));
  const top = (wanted: string): EntityShare[] =>
    rows
      .filter(([part]) => part === wanted)
      .map((row) => ({ name: row[1], isService: row[2], ...counts(row), days: Number(row[9]) }));
  return {
    ...about,
    firstSeen: ofDays
      .map((row) => BigInt(row[7]))
      .reduce<bigint | null>((first, time) => least(first ?? time, time), null),
    lastSeen: ofDays
      .map((row) => BigInt(row[8]))
      .reduce<bigint | null>((last, time) => (last !== null && last > time ? last : time), null),
    days,
    usual: usualOf(days.filter((each) => each.day < about.looked)),
    services: top('service'),
    devices: top('device'),
    processes: top('process'),
    accounts: top('account'),
  };
}

/** A name as it is, and as it was if a page showed it with its steering characters made visible. */
function written(name: string): string[] {
  const steering = name.replace(/\\u\{([0-9a-f]{1,6})\}/g, (shown, hex) => {
    const point = Number.parseInt(hex, 16);
    return point > 0x10ffff ? shown : String.fromCodePoint(point);
  });
  return steering === name ? [name] : [name, steering];
}

function slow(error: unknown, name: string): unknown {
  if (!(error instanceof UserError) || !['QUERY_TIMEOUT', 'QUERY_MEMORY'].includes(error.code)) return error;
  const message = `its history is more than a query may sum up: ${error.message}`;
  return new UserError(error.code, name, message, 'queries.time and queries.memory in weir.yaml are the limits.');
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
