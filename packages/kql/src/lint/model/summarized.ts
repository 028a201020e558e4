import { type Bound, bare, nameOf, need } from '../../parse/tree.ts';
import type { Origin, Scope } from './scope.ts';

type Defined = (items: readonly Bound[]) => readonly (readonly [string, Origin])[];

/** The names behind a `summarize`: its groups, then its aggregates, by the binder's names where nobody gave one. */
export function summarized(
  operator: Bound,
  input: Scope,
  defined: Defined,
  computed: (node: Bound | undefined) => Origin,
): Scope {
  const groups = defined(operator.child('ByClause')?.list('Expressions') ?? []);
  const aggregates = operator.list('Aggregates').flatMap((item) => aggregate(item, input, defined, computed));
  const names = new Map([...groups, ...aggregates]);
  // The binder knows names that the text does not show.
  for (const { name } of operator.open ? [] : (operator.columns ?? [])) {
    if (!names.has(name)) names.set(name, computed(undefined));
  }
  const stars = operator.list('Aggregates').some((item) => carriesAll(unnamed(item)));
  return { names, open: stars && input.open };
}

function aggregate(
  item: Bound,
  input: Scope,
  defined: Defined,
  computed: (node: Bound | undefined) => Origin,
): readonly (readonly [string, Origin])[] {
  const value = unnamed(item);
  if (item.kind !== 'FunctionCallExpression' && item.kind !== 'SimpleNamedExpression') return defined([item]);
  if (value.kind !== 'FunctionCallExpression') return defined([item]);
  const name = nameOf(need(value, 'Name'));
  const args = need(value, 'ArgumentList').list('Expressions');
  if (carriesAll(value)) {
    const given = item.kind === 'SimpleNamedExpression' ? defined([item]) : [];
    return [...given, ...input.names];
  }
  // These hand on the columns of one row.
  if (/^(arg_max|arg_min|argmax|argmin|take_any|any)$/.test(name)) {
    const own = item.kind === 'SimpleNamedExpression' ? defined([item]) : [];
    return [...defined(args), ...own];
  }
  if (item.kind === 'SimpleNamedExpression') return defined([item]);
  const first = args[0] === undefined ? undefined : bare(args[0]);
  const column = first?.kind === 'NameReference' ? nameOf(first) : undefined;
  const prefix = /^make_?(set|list)(_if)?$/.exec(name)?.[1] ?? name;
  return [[`${prefix}_${column ?? ''}`, computed(value)]];
}

function unnamed(item: Bound): Bound {
  const named = item.kind === 'SimpleNamedExpression' || item.kind === 'CompoundNamedExpression';
  return bare(named ? need(item, 'Expression') : item);
}

function carriesAll(value: Bound): boolean {
  if (value.kind !== 'FunctionCallExpression') return false;
  return need(value, 'ArgumentList')
    .list('Expressions')
    .some((arg) => arg.kind === 'StarExpression');
}
