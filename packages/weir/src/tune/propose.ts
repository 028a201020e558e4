import { kqlString, kqlStrings } from '../explain/literal.ts';
import { bytes, plural } from '../report/format.ts';
import { guards, type Pattern } from './patterns.ts';

/** An exception that a person may take, or why a pattern has none. */
export interface Proposal {
  readonly pattern: Pattern;
  readonly name: string;
  readonly when: string;
  /** The same, a part a line. */
  readonly parts: readonly string[];
  /** The parts of a finding that it says. */
  readonly pins: readonly string[];
  /** What a person must weigh before taking it; absent where the place is the organisation's own. */
  readonly warning?: string;
}

export interface Declined {
  readonly pattern: Pattern;
  readonly why: string;
}

/** A habit is seen on so many days or devices; what was seen less often may be the theft itself. */
const daysLeast = 3;
const devicesLeast = 3;
/** So many devices are named one by one. */
const devicesNamed = 5;
/** The largest finding or day of a habit is at most so many times the smallest. */
const steady = 20n;

/** `holds` gives by finding id which guards hold, `own` the hosts that are the organisation's, in lower case. */
export function propose(
  pattern: Pattern,
  holds: ReadonlyMap<string, readonly string[]>,
  own: ReadonlySet<string>,
): Proposal | Declined {
  const why = declined(pattern, holds);
  if (why !== undefined) return { pattern, why };
  const { process, parent, folder, service, host, devices, accounts, bytes: sent } = pattern;
  const parts: readonly (readonly [string, string])[] = [
    ['program', `Process =~ ${kqlString(process)}`],
    ['folder', `FolderPath startswith ${kqlString(folder)}`],
    ['parent', `ParentProcess =~ ${kqlString(parent)}`],
    ['service', `Service == ${kqlString(service)}`],
    ['host', `RemoteHost == ${kqlString(host)}`],
    ...oneOf('devices', 'DeviceName', devices),
    ...oneOf('accounts', 'AccountName', accounts),
    ...(sent === null ? [] : [['amount', limit(sent)] as const]),
    ['its own name', 'ProgramRenamed != true'],
  ];
  return {
    pattern,
    name: `${process} sends to ${host}`,
    when: parts.map(([, condition]) => condition).join('\nand '),
    parts: parts.map(([, condition]) => condition),
    pins: parts.map(([name]) => name),
    ...(own.has(host.toLowerCase())
      ? {}
      : {
          warning:
            `${host} is no place that the inventory calls your own. Where other tenants of ${service} share it, ` +
            'theft into a tenant of theirs passes too, below the amount and by the same program and account.',
        }),
  };
}

/** So few are named; more are not. */
function oneOf(pin: string, column: string, values: readonly string[]): (readonly [string, string])[] {
  const [only] = values;
  if (only === undefined || values.length > devicesNamed) return [];
  return [[pin, values.length === 1 ? `${column} =~ ${kqlString(only)}` : `${column} in~ (${kqlStrings(values)})`]];
}

/** Half as much again as the largest; a story that goes on is given as much for each of its days, or it would outgrow any
 *  limit. */
function limit({ most, of }: NonNullable<Pattern['bytes']>): string {
  const amount = most + most / 2n;
  return of === 'finding'
    ? `BytesSent <= ${amount} // ${bytes(amount)}`
    : `BytesSent <= ${amount} * (1 + datetime_diff("day", LastSeen, FirstSeen)) // ${bytes(amount)} a day`;
}

function declined(
  { findings, devices, days, host, folder, bytes: sent }: Pattern,
  holds: ReadonlyMap<string, readonly string[]>,
): string | undefined {
  const held = guards.find(({ id }) => findings.some((finding) => holds.get(finding.id)?.includes(id)));
  if (held !== undefined) return `it would hide ${held.says}`;
  if (folder === '') return 'the folder of the program is not known';
  if (host === '') return 'it goes to several hosts, and a service alone would let a stranger share it';
  if (days < daysLeast && devices.length < devicesLeast)
    return `seen on ${plural(days, 'day')} and ${plural(devices.length, 'device')}: rare, so perhaps the theft itself`;
  if (sent === null) return 'its bytes are not known, so no limit can be set';
  if (sent.most > steady * sent.least)
    return `its amounts differ from ${bytes(sent.least)} to ${bytes(sent.most)} a ${sent.of}`;
  return undefined;
}

/** The findings that an exception may not hide, of those that it would. */
export function guarded(
  hides: readonly { readonly id: string }[],
  holds: ReadonlyMap<string, readonly string[]>,
): number {
  return hides.filter(({ id }) => guards.some((guard) => holds.get(id)?.includes(guard.id))).length;
}
