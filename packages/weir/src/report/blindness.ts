import type { Blindness, RuleRun } from '../model/finding.ts';
import type { LackingInput } from '../model/scanResult.ts';
import { count, minuteRange, plural } from './format.ts';

const hostsNamed = 3;

/** `no bytes for 61 of 120 connections that left (none at all of ws-1, ws-2 and 2 other hosts: told by endpoint logs alone; none in
 *  2026-11-21 02:00 to 05:00 UTC)`. */
export function blindnessText({ need, connections, known, hosts, spans }: Blindness): string {
  if (connections === 0) return 'no connection that left';
  if (known > 0) {
    const where = [...hostsText(need, hosts), ...spansText(spans)];
    const of = `${count(connections - known)} of ${plural(connections, 'connection')}`;
    return `no ${need} for ${of} that left${where.length > 0 ? ` (${where.join('; ')})` : ''}`;
  }
  const any = connections === 1 ? 'the one connection' : `any of ${plural(connections, 'connection')}`;
  return `no ${need} for ${any} that left${hosts.alone ? ` (${loneText[need]})` : ''}`;
}

const loneText: Readonly<Record<Blindness['need'], string>> = {
  bytes: 'told by endpoint logs alone',
  process: 'told by network logs alone',
  name: '',
};

function hostsText(need: Blindness['need'], { count: hosts, most, alone }: Blindness['hosts']): string[] {
  if (hosts === 0) return [];
  const shown = most.slice(0, hostsNamed).map((host) => host || 'a device without a name');
  const rest = hosts - shown.length;
  const names = rest > 0 ? `${shown.join(', ')} and ${plural(rest, 'other host')}` : shown.join(', ');
  return [`none at all of ${names}${alone ? `: ${loneText[need]}` : ''}`];
}

function spansText(spans: Blindness['spans']): string[] {
  return spans.length === 0
    ? []
    : [
        `none in ${spans
          .toSorted((a, b) => (a.from < b.from ? -1 : 1))
          .map(({ from, until }) => minuteRange(from, until))
          .join(', ')} UTC`,
      ];
}

const columnsNamed = 6;

/** `dne.csv lacks columns of DeviceNetworkEvents that 5 of 6 rules decide by: RemoteUrl.` */
export function lackingText({ path, table, columns, rules }: LackingInput, ofAll: number): string {
  const rest = columns.length - columnsNamed;
  const named = `${columns.slice(0, columnsNamed).join(', ')}${rest > 0 ? ` and ${plural(rest, 'more column')}` : ''}`;
  const who =
    rules.length === 1
      ? `${rules[0]} decides`
      : rules.length === ofAll
        ? 'every rule decides'
        : `${count(rules.length)} of ${count(ofAll)} rules decide`;
  return `${path} lacks columns of ${table} that ${who} by: ${named}.`;
}

/** What a rule cannot fire without, as its file says, and no connection that left has. */
export function unmet({ blind }: Pick<RuleRun, 'blind'>): readonly Blindness[] {
  return blind.filter(({ declared, known }) => declared && known === 0);
}

/** Runs that found nothing and could not have, each with what they lacked, by that. */
export function blindRuns(runs: readonly RuleRun[]): { lacks: string; rules: string[] }[] {
  const blind = runs.filter((run) => run.findings === 0 && unmet(run).length > 0);
  const lacks = (run: RuleRun) => [...new Set(unmet(run).map(blindnessText))].join(' and ');
  return [...Map.groupBy(blind, lacks)].map(([text, group]) => ({ lacks: text, rules: group.map(({ name }) => name) }));
}

/** What was missing for a part of the data, each with the names of the rules that needed it. Runs that found nothing and
 *  could not have are told elsewhere. */
export function sharedBlindness(runs: readonly RuleRun[]): { part: Blindness; rules: string[] }[] {
  const parts = runs
    .filter((run) => run.findings > 0 || unmet(run).length === 0)
    .flatMap(({ name, blind }) => blind.map((part) => ({ part, name })));
  return [...Map.groupBy(parts, ({ part }) => blindnessText(part)).values()].flatMap((group) =>
    group[0] === undefined ? [] : [{ part: group[0].part, rules: group.map(({ name }) => name) }],
  );
}
