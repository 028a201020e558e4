import type { Coverage, CoveredRule, Gap, Rule, Source, Storage } from '../api/types.ts';
import { bytes, count, percent, plural } from '../words/figures.ts';
import { needName } from '../words/names.ts';

/** Something that would be missed, and what to do about it. */
export interface Missed {
  readonly weight: 'high' | 'medium' | 'low';
  readonly what: string;
  readonly advice: string;
}

export interface Known {
  readonly coverage: Coverage | undefined;
  readonly rules: readonly Rule[] | undefined;
  readonly openGaps: readonly Gap[] | undefined;
  readonly sources: readonly Source[] | undefined;
  readonly storage: Storage | undefined;
}

/** Below this part of the connections a rule is told as half blind. */
const half = 0.5;
/** Below this part of the disk it is told as nearly full. */
const littleRoom = 0.1;

/** All that would be missed, by what is known so far; the worst first. */
export function missedOf({ coverage, rules, openGaps, sources, storage }: Known): Missed[] {
  return [
    ...(coverage === undefined ? [] : [...unseen(coverage), ...uncovered(coverage, rules), ...blindRules(coverage)]),
    ...(rules ?? []).flatMap(notRunning),
    ...unlooked(openGaps ?? []),
    ...silent(sources),
    ...room(storage),
  ].toSorted((a, b) => order.indexOf(a.weight) - order.indexOf(b.weight));
}

const order = ['high', 'medium', 'low'];

function unseen({ sight }: Coverage): Missed[] {
  if (sight.connections > 0) return [];
  const what = 'Nothing is seen: no connection has left since yesterday that any log told of.';
  return [{ weight: 'high', what, advice: 'Look at the sources: has one stopped?' }];
}

function uncovered({ techniques }: Coverage, rules: readonly Rule[] | undefined): Missed[] {
  const stopped = new Set(rules?.filter((rule) => rule.stopped !== null).map(({ id }) => id));
  return techniques
    .filter((each) => each.rules.every(({ id }) => stopped.has(id)))
    .map(({ technique, name, rules: against }) => ({
      weight: 'medium',
      what: `${technique} ${name}: ${against.length === 0 ? 'no rule is made for it' : 'all its rules are stopped'}.`,
      advice: 'Rules about any web service may still find it; whether they do, nobody has tested.',
    }));
}

function blindRules({ sight, techniques }: Coverage): Missed[] {
  const all = new Map(techniques.flatMap(({ rules }) => rules).map((rule) => [rule.id, rule]));
  if (sight.connections === 0) return [];
  return [...all.values()]
    .filter(({ sees }) => sees < sight.connections * half)
    .map((rule) => ({
      weight: rule.sees === 0 ? 'high' : 'medium',
      what: `${rule.name} sees ${percent(rule.sees, sight.connections)} of the connections: it needs ${needsOf(rule)}.`,
      advice: wayOut(rule, sight),
    }));
}

function needsOf({ needs }: CoveredRule): string {
  return needs.map(({ what }) => needName(what)).join(', and ');
}

const givenBy = {
  bytes: 'Logs of a firewall, a proxy or Zeek count bytes.',
  process: 'An endpoint sensor tells the program.',
  name: 'Logs of DNS, of a proxy or of TLS tell names.',
} as const;

/** Where that comes from which is known least. */
function wayOut({ needs }: CoveredRule, { needs: seen }: Coverage['sight']): string {
  const asked = new Set(needs.flatMap(({ what }) => what.split(' or ')));
  const [least] = seen.filter(({ need }) => asked.has(need)).toSorted((a, b) => a.known - b.known);
  return least === undefined ? '' : givenBy[least.need];
}

function notRunning({ name, stopped, health }: Rule): Missed[] {
  if (stopped !== null)
    return [{ weight: 'medium', what: `${name} is stopped by ${stopped.by}: ${stopped.reason}`, advice: '' }];
  if (health.state === 'failed')
    return [{ weight: 'high', what: `${name} fails: ${health.reason}`, advice: 'It is tried again by itself.' }];
  return [];
}

function unlooked(open: readonly Gap[]): Missed[] {
  const lasting = open.filter(({ reason }) => reason === 'retention').length;
  const left = open.filter(({ reason }) => reason === 'flood' || reason === 'skipped').length;
  const waiting = open.length - lasting - left;
  return [
    ...(waiting === 0
      ? []
      : [
          {
            weight: 'high' as const,
            what: `${plural(waiting, 'stretch of time has', 'stretches of time have')} not been looked at yet.`,
            advice: 'They are below, with the reason; they close by themselves once they are looked at.',
          },
        ]),
    ...(left === 0
      ? []
      : [
          {
            weight: 'high' as const,
            what: `${plural(left, 'stretch of time was', 'stretches of time were')} passed over, in whole or in part.`,
            advice: 'They are below, with the reason; they close once their rule is changed and has run anew.',
          },
        ]),
    ...(lasting === 0
      ? []
      : [
          {
            weight: 'low' as const,
            what: `${plural(lasting, 'stretch', 'stretches')} of time cannot be looked at any more: the logs are no longer kept.`,
            advice: '',
          },
        ]),
  ];
}

function silent(sources: readonly Source[] | undefined): Missed[] {
  if (sources === undefined) return [];
  const unwell = sources.filter(({ state }) => state !== 'ok');
  // Of files of one watched path the same is said; a source of several formats is one.
  return [...Map.groupBy(unwell, ({ reason }) => reason)].map(([reason, alike]) => {
    const [first = '', ...others] = new Set(alike.map(({ source }) => source));
    const whose = others.length === 0 ? `The source ${first}` : `${plural(others.length + 1, 'source')}, as ${first}`;
    return { weight: 'medium', what: `${whose}: ${reason}.`, advice: '' };
  });
}

function room(storage: Storage | undefined): Missed[] {
  if (storage === undefined || storage.disk.free >= storage.disk.size * littleRoom) return [];
  const left = `${bytes(BigInt(storage.disk.free))} of ${bytes(BigInt(storage.disk.size))}`;
  const what = `The disk is nearly full: ${left} are free, ${count(storage.tables.length)} tables grow on it.`;
  return [{ weight: 'high', what, advice: 'Keep less (lake.keep, lake.max in weir.yaml), or make room.' }];
}
