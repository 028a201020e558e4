import type { BacktestFinding, ChangedFinding, Comparison } from '../model/backtest.ts';

/** What differs between what an old version of a rule found and what a new one does, over the same data. */
export function compare(
  before: readonly BacktestFinding[],
  after: readonly BacktestFinding[],
): Pick<Comparison, 'added' | 'gone' | 'same' | 'changed'> {
  const pairs = matched(before, after);
  const [olds, news] = [new Set(pairs.map(([old]) => old)), new Set(pairs.map(([, made]) => made))];
  const compared = pairs.map(([old, made]) => ({ before: old, after: made, what: differences(old, made) }));
  return {
    added: after.filter((each) => !news.has(each)),
    gone: before.filter((each) => !olds.has(each)),
    same: compared.filter(({ what }) => what.length === 0).length,
    changed: compared.filter(({ what }) => what.length > 0),
  };
}

type Pair = readonly [old: BacktestFinding, made: BacktestFinding];

/** One story for two findings: the more evidence they share, the sooner they are taken for one; those that share none are
 *  one where they tell of the same entities at the same time. Each is in one pair at most. */
function matched(before: readonly BacktestFinding[], after: readonly BacktestFinding[]): Pair[] {
  const owners = new Map<string, BacktestFinding[]>();
  for (const each of before) {
    for (const id of each.finding.evidence.eventIds) owners.set(id, [...(owners.get(id) ?? []), each]);
  }
  const candidates: { readonly pair: Pair; readonly shared: number }[] = [];
  for (const made of after) {
    const shared = new Map<BacktestFinding, number>();
    for (const id of made.finding.evidence.eventIds) {
      for (const old of owners.get(id) ?? []) shared.set(old, (shared.get(old) ?? 0) + 1);
    }
    for (const [old, count] of shared) candidates.push({ pair: [old, made], shared: count });
  }
  const taken = new Set<BacktestFinding>();
  const pairs: Pair[] = [];
  const take = (pair: Pair): void => {
    if (pair.some((each) => taken.has(each))) return;
    for (const each of pair) taken.add(each);
    pairs.push(pair);
  };
  for (const { pair } of candidates.sort((a, b) => b.shared - a.shared)) take(pair);
  const told = Map.groupBy(before, entitiesOf);
  for (const made of after) {
    if (taken.has(made)) continue;
    const old = (told.get(entitiesOf(made)) ?? []).find((each) => !taken.has(each) && meet(each, made));
    if (old !== undefined) take([old, made]);
  }
  return pairs;
}

function entitiesOf({ finding: { entities, service } }: BacktestFinding): string {
  const { device, account, process, destination } = entities;
  return JSON.stringify([device, account, process, service || destination]).toLowerCase();
}

function meet({ finding: a }: BacktestFinding, { finding: b }: BacktestFinding): boolean {
  return a.firstSeen <= b.lastSeen && b.firstSeen <= a.lastSeen;
}

function differences(before: BacktestFinding, after: BacktestFinding): ChangedFinding['what'] {
  const [a, b] = [before.finding, after.finding];
  const what: ChangedFinding['what'][number][] = [];
  if (before.outcome !== after.outcome) what.push('outcome');
  if (a.severity !== b.severity) what.push('severity');
  if (a.bytesSent !== b.bytesSent) what.push('bytes sent');
  if (a.connections !== b.connections) what.push('connections');
  if (before.alertedAt !== after.alertedAt || a.firstSeen !== b.firstSeen || a.lastSeen !== b.lastSeen)
    what.push('time');
  return what;
}
