import { type Bound, bare, nameOf, need } from '../../parse/tree.ts';
import type { Env } from './env.ts';
import { type Item, type Known, knownValue, listItems } from './values.ts';

/** A condition as `and`, `or`, `not` over tests. */
export type Predicate =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Predicate[]; readonly node: Bound }
  | { readonly kind: 'not'; readonly part: Predicate; readonly node: Bound }
  | Test;

/** What a test asks of its subject, without `not`, case and lists: `!in~` is `equals`, negated, any case. */
export type Relation =
  | 'equals'
  | 'has'
  | 'hasprefix'
  | 'hassuffix'
  | 'contains'
  | 'startswith'
  | 'endswith'
  | 'matches regex'
  | 'less'
  | 'less or equal'
  | 'greater'
  | 'greater or equal'
  | 'isempty'
  | 'isnull'
  | 'other';

export interface Test {
  readonly kind: 'test';
  readonly node: Bound;
  readonly env: Env;
  /** KQL's own word: `==`, `!has_any`. */
  readonly operator: string;
  readonly relation: Relation;
  readonly negated: boolean;
  readonly anyCase: boolean;
  /** `has_all` wants every item, the others one. */
  readonly every: boolean;
  readonly subject: Bound;
  /** What it is compared with, where the text decides that. */
  readonly items: readonly Item[] | undefined;
}

const relations: Readonly<Record<string, Relation>> = {
  '==': 'equals',
  '=~': 'equals',
  in: 'equals',
  'in~': 'equals',
  has: 'has',
  has_cs: 'has',
  has_any: 'has',
  has_all: 'has',
  hasprefix: 'hasprefix',
  hasprefix_cs: 'hasprefix',
  hassuffix: 'hassuffix',
  hassuffix_cs: 'hassuffix',
  contains: 'contains',
  contains_cs: 'contains',
  startswith: 'startswith',
  startswith_cs: 'startswith',
  endswith: 'endswith',
  endswith_cs: 'endswith',
  'matches regex': 'matches regex',
  '<': 'less',
  '<=': 'less or equal',
  '>': 'greater',
  '>=': 'greater or equal',
};

const mirrored: Partial<Record<Relation, Relation>> = {
  less: 'greater',
  'less or equal': 'greater or equal',
  greater: 'less',
  'greater or equal': 'less or equal',
  equals: 'equals',
};

/** Reads a condition. What is no test of a subject against constants becomes one with the relation `other`. */
export function predicateOf(node: Bound, env: Env): Predicate {
  const found = bare(node);
  if (found.kind === 'AndExpression' || found.kind === 'OrExpression') {
    const kind = found.kind === 'AndExpression' ? 'and' : 'or';
    const sides = sidesOf(found).map((side) => predicateOf(side, env));
    const parts = sides.flatMap((side) => (side.kind === kind ? side.parts : [side]));
    return { kind, parts, node: found };
  }
  if (found.kind === 'FunctionCallExpression') return ofCall(found, env);
  if (found.kind === 'NameReference') {
    const binding = env.find(nameOf(found));
    if (binding?.kind === 'scalar' && found.symbol?.kind !== 'column') return predicateOf(binding.node, binding.env);
  }
  if (found.kind === 'BetweenExpression' || found.kind === 'NotBetweenExpression') {
    return betweenOf(found, env) ?? other(found, env);
  }
  return testOf(found, env) ?? other(found, env);
}

/** The sides of a chain of one operator, which the tree has nested to the left. */
function sidesOf(chain: Bound): readonly Bound[] {
  const sides: Bound[] = [];
  let left = chain;
  while (left.kind === chain.kind) {
    sides.unshift(need(left, 'Right'));
    left = bare(need(left, 'Left'));
  }
  return [left, ...sides];
}

/** `x between (a .. b)` is `x >= a and x <= b`. */
function betweenOf(node: Bound, env: Env): Predicate | undefined {
  const range = need(node, 'Right');
  const ends = ['First', 'Second'].map((name) => ({
    node: need(range, name),
    value: knownValue(need(range, name), env),
  }));
  const base = { kind: 'test', node, env, operator: 'between', negated: false, anyCase: false, every: false } as const;
  const parts = ends.flatMap(({ node: end, value }, index): readonly Test[] => {
    const relation = index === 0 ? 'greater or equal' : 'less or equal';
    if (value === undefined || value.kind === 'span') return [];
    return [{ ...base, relation, subject: bare(need(node, 'Left')), items: [{ value, node: end }] }];
  });
  if (parts.length < 2) return undefined;
  const both = { kind: 'and', parts, node } as const;
  return node.kind === 'BetweenExpression' ? both : { kind: 'not', part: both, node };
}

function ofCall(node: Bound, env: Env): Predicate {
  const name = nameOf(need(node, 'Name'));
  const args = need(node, 'ArgumentList').list('Expressions');
  const [first] = args;
  if (first !== undefined && args.length === 1) {
    if (name === 'not') return { kind: 'not', part: predicateOf(first, env), node };
    const base = {
      kind: 'test',
      node,
      env,
      operator: name,
      anyCase: false,
      every: false,
      subject: bare(first),
    } as const;
    if (/^(is)?(not)?empty$/.test(name))
      return { ...base, relation: 'isempty', negated: name.includes('not'), items: [] };
    if (name === 'isnull' || name === 'isnotnull')
      return { ...base, relation: 'isnull', negated: name === 'isnotnull', items: [] };
  }
  return other(node, env);
}

function other(node: Bound, env: Env): Test {
  return {
    kind: 'test',
    node,
    env,
    operator: '',
    relation: 'other',
    negated: false,
    anyCase: false,
    every: false,
    subject: node,
    items: undefined,
  };
}

function testOf(node: Bound, env: Env): Test | undefined {
  const [left, right] = [node.child('Left'), node.child('Right')];
  if (left === undefined || right === undefined) return undefined;
  const operator = (node.child('Operator')?.text ?? '').replace(/\s+/g, ' ').toLowerCase();
  const unequal = operator === '!=' || operator === '<>' || operator === '!~';
  const negated = unequal || operator.startsWith('!');
  const word = unequal ? (operator === '!~' ? '=~' : '==') : operator.replace(/^!/, '');
  const relation = Object.hasOwn(relations, word) ? relations[word] : undefined;
  if (relation === undefined) return undefined;
  const inList = right.kind === 'ExpressionList';
  const items = listItems(inList ? right.list('Expressions') : [right], env);
  const caseless = /^(=~|in~|has|has_any|has_all|hasprefix|hassuffix|contains|startswith|endswith)$/.test(word);
  const made = { kind: 'test', node, env, operator, negated, anyCase: caseless, every: word === 'has_all' } as const;
  if (items === undefined && !inList) {
    const flipped = mirrored[relation];
    const value = flipped === undefined ? undefined : knownValue(left, env);
    if (flipped !== undefined && value !== undefined)
      return { ...made, relation: flipped, subject: bare(right), items: [{ value, node: left }] };
  }
  return { ...made, relation, subject: bare(left), items };
}

/** The conjuncts of a predicate, in the order of the text. */
export function conjunctsOf(predicate: Predicate): readonly Predicate[] {
  return predicate.kind === 'and' ? predicate.parts.flatMap(conjunctsOf) : [predicate];
}

/** Every test in a predicate, and whether `not` turns it round. */
export function* testsOf(
  predicate: Predicate,
  turned = false,
): Generator<{ readonly test: Test; readonly negated: boolean }> {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      for (const part of predicate.parts) yield* testsOf(part, turned);
      return;
    case 'not':
      yield* testsOf(predicate.part, !turned);
      return;
    case 'test':
      yield { test: predicate, negated: predicate.negated !== turned };
  }
}

const textOrBlanks = /(@"(?:[^"]|"")*"|@'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\s+/g;

/** A text that is the same for the same value: source without the blanks that stand between its words. */
export function keyOf(node: Bound): string {
  return bare(node).text.replace(textOrBlanks, (_, literal: string | undefined) => literal ?? '');
}

export function isText(value: Known): value is Extract<Known, { kind: 'text' }> {
  return value.kind === 'text';
}
