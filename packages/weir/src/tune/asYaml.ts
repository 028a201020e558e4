import { ticksPerDay } from '@weir/kql/types';
import { stringify } from 'yaml';
import { plural, ticksToIso, ticksToMinute } from '../report/format.ts';
import { amounts } from './amounts.ts';
import type { Proposal } from './propose.ts';

/** How long a proposed exception holds. */
const days = 180n;

/** The id of a proposal by its place. */
export function idOf(index: number): string {
  return `tune-${index + 1}`;
}

/** Exceptions as a file (docs/exceptions.md). The reason says what was seen; the owner is for a person to name. */
export function exceptionsYaml(
  proposals: readonly Proposal[],
  { now, from, until }: { readonly now: bigint; readonly from: bigint; readonly until: bigint },
): string {
  const date = (ticks: bigint) => ticksToIso(ticks).slice(0, 10);
  const start = now > until ? now : until;
  const exceptions = proposals.map(({ pattern, name, when, warning }, index) => ({
    id: idOf(index),
    name,
    rule: pattern.rule.id,
    when,
    owner: 'to be named',
    reason:
      `${plural(pattern.findings.length, 'finding')} on ${plural(pattern.devices.length, 'device')} and ${plural(pattern.days, 'day')}, ` +
      `${pattern.bytes === null ? 'bytes unknown' : amounts(pattern.bytes)}.${warning === undefined ? '' : ` Beware: ${warning}`} Proposed by weir tune from logs of ` +
      `${ticksToMinute(from)} to ${ticksToMinute(until)} UTC; to be confirmed by the owner.`,
    created: date(start),
    expires: date(start + days * ticksPerDay),
  }));
  return stringify({ exceptions }, { lineWidth: 120 });
}
