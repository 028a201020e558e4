import { kqlString, kqlStrings } from '../explain/literal.ts';
import { bytes, plural } from '../report/format.ts';
import { guards, type Pattern } from './patterns.ts';

/** An exception that a person may take, or why a pattern has none. */
export interface Proposal {
  readonly pattern: Pattern;
  readonly id: string;
  readonly name: string;
  readonly when: string;
  /** The same, a part a line. */
  readonly parts: readonly string[];
  /** What it holds fast: of how many parts of a finding it says which. */
  readonly pins: readonly string[];
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
/** The largest of a habit is at most so many times the smallest. */
const steady = 20n;

/** `holds` gives by finding id which guards hold. */
export function propose(
  pattern: Pattern,
  index: number,
  holds: ReadonlyMap<string, readonly string[]>,
): Proposal | Declined {
  const why = declined(pattern, holds);
  if (why !== undefined) return { pattern, why };
  const { process, parent, folder, service, host, devices, accounts, bytes: sent } = pattern;
  const most = sent === null ? 0n : sent.most + sent.most / 2n;
  const few = devices.length <= devicesNamed;
  const parts: readonly (readonly [string, string])[] = [
    ['program', `Process =~ ${kqlString(process)}`],
    ['folder', `FolderPath startswith ${kqlString(folder)}`],
    ['parent', `ParentProcess =~ ${kqlString(parent)}`],
    ['service', `Service == ${kqlString(service)}`],
    ['host', `RemoteHost == ${kqlString(host)}`],
    ...(few ? ([['devices', `DeviceName in~ (${kqlStrings(devices)})`]] as const) : []),
    ...(accounts.length <= devicesNamed ? ([['accounts', `AccountName in~ (${kqlStrings(accounts)})`]] as const) : []),
    ['amount', `BytesSent <= ${most}`],
    ['its own name', 'ProgramRenamed != true'],
  ];
  return {
    pattern,
    id: `tune-${index + 1}`,
    name: `${process} sends to ${host}`,
    when: parts.map(([, condition]) => condition).join('\nand '),
    parts: parts.map(([, condition]) => condition),
    pins: parts.map(([name]) => name),
  };
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
  if (sent.most > steady * sent.least) return `its amounts differ from ${bytes(sent.least)} to ${bytes(sent.most)}`;
  return undefined;
}

/** The findings that an exception may not hide, of those that it would. */
export function guarded(
  hides: readonly { readonly id: string }[],
  holds: ReadonlyMap<string, readonly string[]>,
): number {
  return hides.filter(({ id }) => guards.some((guard) => holds.get(id)?.includes(guard.id))).length;
}
