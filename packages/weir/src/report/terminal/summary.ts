import type { InputReport } from '../../model/input.ts';
import type { ScanResult } from '../../model/scanResult.ts';
import { lackingText } from '../blindness.ts';
import { bytes, count, plural, ticksToMinute } from '../format.ts';
import { foremost, perSeverity } from '../order.ts';
import { together } from '../totals.ts';

/** What was read, and from when: `3 inputs, 179,302 records, 51,230 connections; first row 2026-11-21 00:00, last
 *  2026-11-21 23:59 UTC`. No span: between the two there may be days without a row. */
export function readLine({ inputs, fusion, dataFrom, dataUntil }: ScanResult): string {
  const read = inputs.filter(({ format }) => format !== null);
  const records = read.reduce((sum, input) => sum + input.records, 0);
  const isHome = inputs.length === 0 && dataFrom !== null;
  const span =
    dataFrom === null || dataUntil === null
      ? 'nothing with a time in it'
      : `first row ${ticksToMinute(dataFrom)}, last ${ticksToMinute(dataUntil)} UTC`;
  // A home has read its logs before, and says itself what became of them.
  const from = isHome ? 'the lake of the home' : `${plural(read.length, 'input')}, ${plural(records, 'record')}`;
  return `${from}, ${plural(fusion.connections, 'connection')}; ${span}`;
}

/** What was found: `4 findings: 1 high, 1 medium, 2 low; 1.8 GiB sent by the high and medium ones`. */
export function foundLine({ findings }: ScanResult): string {
  if (findings.length === 0) return 'no findings';
  const levels = perSeverity(findings).map(({ severity, count: n }) => `${count(n)} ${severity}`);
  return `${plural(findings.length, 'finding')}: ${levels.join(', ')}; ${sentText(findings)}`;
}

/** What left for addresses without a name: `4.4 GiB of the 5.1 GiB that is known to have left went to …`; empty where it
 *  is too little to be told. */
export function namelessLine({ nameless }: ScanResult): string {
  if (nameless === null) return '';
  const { bytesSent, ofBytes, most } = nameless;
  const how = most.bytesSent === bytesSent ? 'all of it' : `most of all ${bytes(most.bytesSent)}`;
  return (
    `${bytes(bytesSent)} of the ${bytes(ofBytes)} that is known to have left went to addresses without a name, ` +
    `${how} from ${most.device || 'an unknown device'} to ${most.address || 'an unknown address'}`
  );
}

/** How much the foremost findings sent together, each connection counted once. */
function sentText(findings: ScanResult['findings']): string {
  const { findings: told, severities } = foremost(findings);
  const { bytesSent, bytesKnown, connections, exact } = together(told);
  const those = (word: string) => (told.length === findings.length ? '' : ` ${word} the ${severities} ones`);
  if (bytesSent === null)
    return connections === 0
      ? `bytes unknown${those('of')}`
      : `bytes unknown for each of ${plural(connections, 'connection')}${those('of')}`;
  const all = bytesKnown >= connections;
  const lower = all && exact ? '' : 'at least ';
  const known = all ? '' : ` (known for ${count(bytesKnown)} of ${plural(connections, 'connection')})`;
  return `${lower}${bytes(bytesSent)} sent${those('by')}${known}`;
}

/** Of a scan at one moment: whether the rules saw anything of the data. Empty of a replay. */
export function windowNote({ asOf, runs, dataFrom, dataUntil }: ScanResult): string[] {
  const ran = runs.filter(({ error }) => error === undefined);
  if (asOf === null || dataFrom === null || dataUntil === null || ran.length === 0) return [];
  const most = Math.max(...ran.map(({ rowsInWindow = 0 }) => rowsInWindow));
  const moment = `${ticksToMinute(asOf)} UTC`;
  if (most > 0)
    return [`${moment}: no rule looked at more than the ${plural(most, 'row')} of its look-back before that`];
  return [
    `${moment}: no row lies in any rule's look-back before that, so nothing was looked at; the first row is of ` +
      `${ticksToMinute(dataFrom)}, the last of ${ticksToMinute(dataUntil)} UTC`,
  ];
}

/** Why a scan is not complete, each in plain words with a way out; empty where it is. */
export function incompleteReasons({ inputs, runs, complete }: ScanResult): string[] {
  const skipped = inputs.filter(({ format }) => format === null);
  const partial = inputs.filter((input) => input.format !== null && !input.complete && input.reason !== undefined);
  const rejected = inputs.filter(({ rejects }) => rejects > 0);
  const failed = runs.filter(({ error }) => error !== undefined);
  const told = [
    ...byReason('Skipped', skipped),
    ...byReason('Read in part:', partial),
    ...(rejected.length === 0 ? [] : [rejectedText(rejected)]),
    ...failed.map(({ name }) => `Rule ${name} could not run, so what it looks for was not looked for: see Rules`),
  ];
  return complete || told.length > 0 ? told : ['The scan says so without a reason'];
}

const inputsNamed = 3;

/** One line for each reason that inputs share, the first of them named. */
function byReason(what: string, inputs: readonly InputReport[]): string[] {
  return [...Map.groupBy(inputs, ({ reason }) => reason ?? 'no reason was given')].map(([reason, members]) => {
    const rest = members.length - inputsNamed;
    const named = members.slice(0, inputsNamed).map(({ path }) => path);
    return `${what} ${named.join(', ')}${rest > 0 ? ` and ${plural(rest, 'other')}` : ''}: ${reason}`;
  });
}

function rejectedText(inputs: readonly InputReport[]): string {
  const rejects = inputs.reduce((sum, input) => sum + input.rejects, 0);
  const records = inputs.reduce((sum, input) => sum + input.records, 0);
  return (
    `Rejected ${count(rejects)} of ${plural(records, 'record')} in ${plural(inputs.length, 'input')}: ` +
    `${reasonsText(inputs.map(({ rejectsWhy }) => rejectsWhy))}; --rejects FILE writes each with its line and reason`
  );
}

const reasonsNamed = 3;

/** Reasons with their counts over all inputs, the most frequent: `no time (12), no address (3) and 2 more reasons`. */
export function reasonsText(counted: readonly Readonly<Record<string, number>>[]): string {
  const sums = new Map<string, number>();
  for (const reasons of counted) {
    for (const [reason, n] of Object.entries(reasons)) sums.set(reason, (sums.get(reason) ?? 0) + n);
  }
  const sorted = [...sums].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const named = sorted.slice(0, reasonsNamed).map(([reason, n]) => `${reason} (${count(n)})`);
  const rest = sorted.length - named.length;
  return `${named.join(', ')}${rest > 0 ? ` and ${plural(rest, 'more reason')}` : ''}`;
}

/** What a scan could not have seen, for a person to judge how much quiet means. */
export function blindSpots({ fusion, findings, dataFrom, inputs, lacking, runs }: ScanResult): string[] {
  if (dataFrom === null)
    return [
      inputs.length === 0
        ? 'No input was read, so nothing was looked at.'
        : 'No input gave a row, so nothing was looked at.',
    ];
  const { connections } = fusion;
  const without = (part: number) => connections - part;
  return [
    ...(connections === 0
      ? [
          inputs.length === 0
            ? 'The home holds no connections, or none yet: its logs become connections some seconds after they came. Only rules over other tables could find anything.'
            : 'The inputs hold no connections; only rules over other tables could find anything.',
        ]
      : []),
    ...(without(fusion.withBytes) > 0
      ? [
          `${plural(without(fusion.withBytes), 'connection')} of ${count(connections)} without byte counts: an upload there shows only by its process or service.`,
        ]
      : []),
    ...(without(fusion.withProcess) > 0
      ? [
          `${plural(without(fusion.withProcess), 'connection')} of ${count(connections)} without a process: who sent is known by address only.`,
        ]
      : []),
    ...(without(fusion.withName) > 0
      ? [
          `${plural(without(fusion.withName), 'connection')} of ${count(connections)} without a host name: a web service there is recognised only by published address ranges.`,
        ]
      : []),
    ...lacking.map((input) => lackingText(input, runs.length)),
    ...(findings.length === 0
      ? ['A service that the catalogue does not list, or traffic that no sensor or endpoint logged, is not seen.']
      : []),
  ];
}
