import { keyOf, type Predicate, type Test } from './predicate.ts';
import { hasTermCs } from './terms.ts';
import type { Item, Known } from './values.ts';

/** Is `then` true of every row of which `given` is true? No means not known. */
export function implies(given: Predicate, then: Predicate): boolean {
  if (given.kind === 'or') return given.parts.every((part) => implies(part, then));
  if (then.kind === 'and') return then.parts.every((part) => implies(given, part));
  if (given.kind === 'and') return given.parts.some((part) => implies(part, then));
  if (then.kind === 'or') return then.parts.some((part) => implies(given, part)) || coveredByOr(given, then.parts);
  if (given.kind === 'not' && then.kind === 'not') return implies(then.part, given.part) || same(given, then);
  const [first, firstTurned] = stripped(given);
  const [second, secondTurned] = stripped(then);
  if (first === undefined || second === undefined) return same(given, then);
  return testImplies(first, firstTurned, second, secondTurned);
}

/** Can no row satisfy both? No means not known. */
export function contradicts(first: Predicate, second: Predicate): boolean {
  if (first.kind === 'or') return first.parts.every((part) => contradicts(part, second));
  if (second.kind === 'or') return second.parts.every((part) => contradicts(first, part));
  if (first.kind === 'and') return first.parts.some((part) => contradicts(part, second));
  if (second.kind === 'and') return second.parts.some((part) => contradicts(first, part));
  const [one, oneTurned] = stripped(first);
  const [other, otherTurned] = stripped(second);
  return one !== undefined && other !== undefined && testImplies(one, oneTurned, other, !otherTurned);
}

/** A test and whether it is turned round, from under its `not`s. */
function stripped(predicate: Predicate): readonly [Test | undefined, boolean] {
  if (predicate.kind === 'test') return [predicate, predicate.negated];
  if (predicate.kind !== 'not') return [undefined, false];
  const [test, turned] = stripped(predicate.part);
  return [test, !turned];
}

function same(first: Predicate, second: Predicate): boolean {
  return keyOf(first.node) === keyOf(second.node);
}

/** A positive test of values implies an `or` when each of its values does. */
function coveredByOr(given: Predicate, parts: readonly Predicate[]): boolean {
  if (given.kind !== 'test' || given.negated || given.every || (given.items?.length ?? 0) < 2) return false;
  return (given.items ?? []).every((item) => parts.some((part) => implies({ ...given, items: [item] }, part)));
}

function testImplies(first: Test, firstTurned: boolean, second: Test, secondTurned: boolean): boolean {
  if (keyOf(first.subject) !== keyOf(second.subject)) return false;
  if (!firstTurned && !secondTurned) return positive(first, second);
  // not A implies not B when B implies A.
  if (firstTurned && secondTurned) return positive(second, first);
  if (!firstTurned && secondTurned) return excludes(first, second);
  return ranged(first) && ranged(second) && rangeTurned(first, second);
}

/** Every value that passes `first` passes `second`. */
function positive(first: Test, second: Test): boolean {
  if (first.relation === 'other' || second.relation === 'other') {
    return first.relation === second.relation && keyOf(first.node) === keyOf(second.node);
  }
  if (ranged(first) && ranged(second)) return within(first, second);
  if (first.relation === 'isempty' || second.relation === 'isempty' || first.relation === 'isnull') {
    return first.relation === second.relation;
  }
  if (first.items === undefined || second.items === undefined) return keyOf(first.node) === keyOf(second.node);
  const [given, wanted] = [first.items, second.items];
  if (given.length === 0 || wanted.length === 0) return false;
  const one = (item: Item, target: Item) => itemImplies(first, item.value, second, target.value);
  const each = (item: Item) =>
    second.every ? wanted.every((target) => one(item, target)) : wanted.some((target) => one(item, target));
  if (first.every) {
    return second.every
      ? wanted.every((target) => given.some((item) => one(item, target)))
      : given.some((item) => wanted.some((target) => one(item, target)));
  }
  return given.every(each);
}

/** `x first a` implies `x second b`. */
function itemImplies(first: Test, a: Known, second: Test, b: Known): boolean {
  if (first.relation === 'equals' && second.relation === 'equals') {
    if (a.kind !== 'text' || b.kind !== 'text') return JSON.stringify(plain(a)) === JSON.stringify(plain(b));
    return second.anyCase ? fold(a.value) === fold(b.value) : a.value === b.value && !first.anyCase;
  }
  if (a.kind !== 'text' || b.kind !== 'text') {
    return first.relation === 'equals' && ranged(second) && a.kind === b.kind && compares(a, second.relation, b);
  }
  // A test that minds case cannot follow from one that does not.
  if (!second.anyCase && (first.anyCase || second.relation === 'matches regex')) return false;
  const [x, y] = second.anyCase ? [fold(a.value), fold(b.value)] : [a.value, b.value];
  switch (second.relation) {
    case 'contains':
      return /^(equals|has|hasprefix|hassuffix|contains|startswith|endswith)$/.test(first.relation) && x.includes(y);
    case 'startswith':
      return /^(equals|startswith)$/.test(first.relation) && x.startsWith(y);
    case 'endswith':
      return /^(equals|endswith)$/.test(first.relation) && x.endsWith(y);
    case 'has':
      return /^(equals|has)$/.test(first.relation) && hasTermCs(x, y);
    case 'hasprefix':
    case 'hassuffix':
      return first.relation === second.relation && x === y;
    default:
      return false;
  }
}

/** No value that passes `first` passes `second`. */
function excludes(first: Test, second: Test): boolean {
  if (ranged(first) && ranged(second)) return apart(first, second);
  if (first.relation === 'isempty' || second.relation === 'isempty') {
    const other = first.relation === 'isempty' ? second : first;
    const [item] = other.items ?? [];
    if (other.relation === 'isempty' || other.items === undefined) return false;
    return (
      other.items.length > 0 &&
      item?.value.kind === 'text' &&
      other.items.every((some) => some.value.kind === 'text' && some.value.value !== '')
    );
  }
  if (first.items === undefined || second.items === undefined || first.items.length === 0 || second.items.length === 0)
    return false;
  const [fixed, tested] = first.relation === 'equals' ? [first, second] : [second, first];
  if (fixed.relation !== 'equals' || fixed.items === undefined || tested.items === undefined) return false;
  const passes = (value: Known, target: Known) => satisfies(value, fixed.anyCase, tested, target);
  return fixed.items.every(({ value }) => {
    const results = (tested.items ?? []).map((item) => passes(value, item.value));
    return tested.every ? results.some((result) => result === false) : results.every((result) => result === false);
  });
}

/** Does this very value pass? Undefined where that is not known. */
function satisfies(value: Known, valueAnyCase: boolean, test: Test, target: Known): boolean | undefined {
  if (value.kind !== target.kind) return undefined;
  if (value.kind !== 'text' || target.kind !== 'text') {
    if (test.relation === 'equals') return JSON.stringify(plain(value)) === JSON.stringify(plain(target));
    return ranged(test) ? compares(value, test.relation, target) : undefined;
  }
  const caseless = valueAnyCase || test.anyCase;
  const [x, y] = caseless ? [fold(value.value), fold(target.value)] : [value.value, target.value];
  switch (test.relation) {
    case 'equals':
      return x === y;
    case 'contains':
      return x.includes(y);
    case 'startswith':
      return x.startsWith(y);
    case 'endswith':
      return x.endsWith(y);
    case 'has':
      return hasTermCs(x, y);
    default:
      return undefined;
  }
}

function ranged(test: Test): boolean {
  return /^(less|greater)/.test(test.relation) && test.items?.length === 1;
}

/** A range lies in another. */
function within(first: Test, second: Test): boolean {
  const [a, b] = [measure(first), measure(second)];
  if (a === undefined || b === undefined || a.scale !== b.scale) return false;
  if (isUpper(first) !== isUpper(second)) return false;
  if (a.at === b.at) return second.relation.endsWith('equal') || !first.relation.endsWith('equal');
  return isUpper(first) ? a.at < b.at : a.at > b.at;
}

/** Two ranges have no value in common. */
function apart(first: Test, second: Test): boolean {
  const [a, b] = [measure(first), measure(second)];
  if (a === undefined || b === undefined || a.scale !== b.scale || isUpper(first) === isUpper(second)) return false;
  const [upper, lower] = isUpper(first) ? [a, b] : [b, a];
  if (upper.at === lower.at) return !(first.relation.endsWith('equal') && second.relation.endsWith('equal'));
  return upper.at < lower.at;
}

/** `not (x < 5)` says `x >= 5`, nulls aside. */
function rangeTurned(first: Test, second: Test): boolean {
  const opposite = {
    less: 'greater or equal',
    'less or equal': 'greater',
    greater: 'less or equal',
    'greater or equal': 'less',
  } as const;
  const relation = opposite[first.relation as keyof typeof opposite];
  return within({ ...first, relation }, second);
}

function isUpper(test: Test): boolean {
  return test.relation.startsWith('less');
}

function measure(test: Test): { readonly scale: string; readonly at: number | bigint } | undefined {
  const value = test.items?.[0]?.value;
  return value === undefined ? undefined : onScale(value);
}

function onScale(value: Known): { readonly scale: string; readonly at: number | bigint } | undefined {
  if (value.kind === 'number') return { scale: 'number', at: value.value };
  if (value.kind === 'span') return { scale: 'span', at: value.ticks };
  return value.kind === 'time' && !value.rounded ? { scale: `time from ${value.from}`, at: value.ticks } : undefined;
}

function compares(value: Known, relation: Test['relation'], target: Known): boolean {
  const [a, b] = [onScale(value), onScale(target)];
  if (a === undefined || b === undefined || a.scale !== b.scale) return false;
  if (a.at === b.at) return relation.endsWith('equal');
  return relation.startsWith('less') ? a.at < b.at : a.at > b.at;
}

function plain(value: Known): unknown {
  return { ...value, ...('ticks' in value ? { ticks: String(value.ticks) } : {}) };
}

function fold(text: string): string {
  return text.toLowerCase();
}
