import type { Bound } from '../../parse/tree.ts';
import { bare, nameOf, need } from '../../parse/tree.ts';
import type { Env } from './env.ts';

/** A value that the text alone decides. Times count from the run (`now`) or from KQL's year 1; ticks of 100 ns. */
export type Known =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'span'; readonly ticks: bigint }
  | { readonly kind: 'time'; readonly from: 'now' | 'year 1'; readonly ticks: bigint; readonly rounded: boolean };

/** One constant of a list, and where it stands. */
export interface Item {
  readonly value: Known;
  readonly node: Bound;
}

/** The value of a scalar, through `let`, `ago`, `now`, rounding and plain arithmetic; undefined where rows decide. */
export function knownValue(node: Bound, env: Env): Known | undefined {
  const found = bare(node);
  const { kind, constant } = found;
  if (typeof constant === 'string') return { kind: 'text', value: constant };
  if (typeof constant === 'boolean') return { kind: 'bool', value: constant };
  if (typeof constant === 'number') return { kind: 'number', value: constant };
  if (typeof constant === 'bigint') {
    if (kind === 'TimespanLiteralExpression') return { kind: 'span', ticks: constant };
    if (kind === 'DateTimeLiteralExpression') return { kind: 'time', from: 'year 1', ticks: constant, rounded: false };
    return { kind: 'number', value: Number(constant) };
  }
  switch (kind) {
    case 'NameReference': {
      const binding = env.find(nameOf(found));
      return binding?.kind === 'scalar' ? knownValue(binding.node, binding.env) : undefined;
    }
    case 'UnaryMinusExpression':
      return negated(knownValue(need(found, 'Expression'), env));
    case 'FunctionCallExpression':
      return called(found, env);
    case 'AddExpression':
    case 'SubtractExpression':
    case 'MultiplyExpression':
    case 'DivideExpression':
      return computed(kind, knownValue(need(found, 'Left'), env), knownValue(need(found, 'Right'), env));
    default:
      return undefined;
  }
}

function negated(value: Known | undefined): Known | undefined {
  if (value?.kind === 'number') return { kind: 'number', value: -value.value };
  return value?.kind === 'span' ? { kind: 'span', ticks: -value.ticks } : undefined;
}

function called(node: Bound, env: Env): Known | undefined {
  const name = nameOf(need(node, 'Name'));
  const args = need(node, 'ArgumentList').list('Expressions');
  const known = args.map((arg) => knownValue(arg, env));
  const [first] = known;
  switch (name) {
    case 'strcat':
      return joined(known);
    case 'datetime_add':
      return added(known);
    case 'now':
      if (args.length === 0) return { kind: 'time', from: 'now', ticks: 0n, rounded: false };
      return first?.kind === 'span' ? { kind: 'time', from: 'now', ticks: first.ticks, rounded: false } : undefined;
    case 'ago':
      return first?.kind === 'span' ? { kind: 'time', from: 'now', ticks: -first.ticks, rounded: false } : undefined;
    case 'startofday':
    case 'startofweek':
    case 'startofmonth':
    case 'endofday':
    case 'bin':
    case 'floor':
      return first?.kind === 'time' ? { ...first, rounded: true } : undefined;
    case 'tolower':
      return first?.kind === 'text' ? { kind: 'text', value: first.value.toLowerCase() } : undefined;
    case 'toupper':
      return first?.kind === 'text' ? { kind: 'text', value: first.value.toUpperCase() } : undefined;
    default:
      return undefined;
  }
}

function joined(parts: readonly (Known | undefined)[]): Known | undefined {
  const found = parts.flatMap((part) => (part?.kind === 'text' ? [part.value] : []));
  return found.length === parts.length ? { kind: 'text', value: found.join('') } : undefined;
}

const periods: Readonly<Record<string, bigint>> = {
  week: 6_048_000_000_000n,
  day: 864_000_000_000n,
  hour: 36_000_000_000n,
  minute: 600_000_000n,
  second: 10_000_000n,
};

/** `datetime_add('hour', -1, now())`; months and years have no length of their own. */
function added([period, amount, time]: readonly (Known | undefined)[]): Known | undefined {
  if (period?.kind !== 'text' || amount?.kind !== 'number' || time?.kind !== 'time') return undefined;
  const size = periods[period.value.toLowerCase()];
  if (size === undefined || !Number.isInteger(amount.value)) return undefined;
  return { ...time, ticks: time.ticks + size * BigInt(amount.value) };
}

function computed(kind: string, left: Known | undefined, right: Known | undefined): Known | undefined {
  if (left === undefined || right === undefined) return undefined;
  const sign = kind === 'AddExpression' ? 1n : -1n;
  if (kind === 'MultiplyExpression') {
    if (left.kind === 'number' && right.kind === 'number') return { kind: 'number', value: left.value * right.value };
    const [span, factor] = left.kind === 'span' ? [left, right] : [right, left];
    if (span.kind !== 'span' || factor.kind !== 'number' || !Number.isInteger(factor.value)) return undefined;
    return { kind: 'span', ticks: span.ticks * BigInt(factor.value) };
  }
  if (kind === 'DivideExpression') {
    const whole = left.kind === 'number' && right.kind === 'number' && right.value !== 0;
    return whole ? { kind: 'number', value: left.value / right.value } : undefined;
  }
  if (left.kind === 'number' && right.kind === 'number')
    return { kind: 'number', value: left.value + Number(sign) * right.value };
  if (left.kind === 'span' && right.kind === 'span') return { kind: 'span', ticks: left.ticks + sign * right.ticks };
  if (left.kind === 'time' && right.kind === 'span') return { ...left, ticks: left.ticks + sign * right.ticks };
  return undefined;
}

/** Longer lists are not looked at: `let`s can double one with each line. */
const most = 100_000;

/** The constants of an operator's right side or of a call's argument: values, `let` names, `dynamic([…])`,
 *  `pack_array(…)`, `split("…", ",")`, a `datatable` of one column, in any mixture. Undefined where one of them is not known. */
export function listItems(nodes: readonly Bound[], env: Env): readonly Item[] | undefined {
  const items: Item[] = [];
  for (const node of nodes) {
    const some = itemsOf(bare(node), env);
    if (some === undefined || items.length + some.length > most) return undefined;
    for (const item of some) items.push(item);
  }
  return items;
}

function itemsOf(node: Bound, env: Env): readonly Item[] | undefined {
  if (node.kind === 'DynamicExpression') {
    const inner = need(node, 'Expression');
    return inner.kind === 'JsonArrayExpression' ? listItems(inner.list('Values'), env) : undefined;
  }
  if (
    node.kind === 'FunctionCallExpression' &&
    /^(pack_array|array_concat|set_union)$/.test(nameOf(need(node, 'Name')))
  )
    return listItems(need(node, 'ArgumentList').list('Expressions'), env);
  if (node.kind === 'NameReference') {
    const binding = env.find(nameOf(node));
    if (binding?.kind === 'scalar') return itemsOf(bare(binding.node), binding.env);
    return binding?.kind === 'table' ? itemsOf(bare(binding.pipeline.node), binding.pipeline.env) : undefined;
  }
  if (node.kind === 'FunctionCallExpression' && nameOf(need(node, 'Name')) === 'split') return pieces(node, env);
  if (node.kind === 'DataTableExpression') {
    const values = node.children.filter(({ kind }) => kind !== 'RowSchema');
    return node.columns?.length === 1 ? listItems(values, env) : undefined;
  }
  if (node.kind === 'PipeExpression') {
    return keepsItsColumn(need(node, 'Operator')) ? itemsOf(bare(need(node, 'Expression')), env) : undefined;
  }
  if (node.kind === 'ToScalarExpression' || node.kind === 'MaterializeExpression') {
    return itemsOf(bare(need(node, 'Expression')), env);
  }
  const value = knownValue(node, env);
  return value === undefined ? undefined : [{ value, node }];
}

function pieces(node: Bound, env: Env): readonly Item[] | undefined {
  const args = need(node, 'ArgumentList').list('Expressions');
  const [text, delimiter] = args.map((arg) => knownValue(arg, env));
  const [first] = args;
  if (args.length !== 2 || first === undefined || text?.kind !== 'text' || delimiter?.kind !== 'text') return undefined;
  return text.value.split(delimiter.value).map((value) => ({ value: { kind: 'text', value }, node: first }));
}

/** Of a table with one column: `project x`, `distinct x`, `summarize make_set(x)`. */
function keepsItsColumn(operator: Bound): boolean {
  const [only, ...more] = [...operator.list('Expressions'), ...operator.list('Aggregates')];
  if (only === undefined || more.length > 0) return false;
  if (operator.kind === 'ProjectOperator' || operator.kind === 'DistinctOperator') return only.kind === 'NameReference';
  if (operator.kind !== 'SummarizeOperator' || operator.child('ByClause') !== undefined) return false;
  const call = bare(only.kind === 'SimpleNamedExpression' ? need(only, 'Expression') : only);
  if (call.kind !== 'FunctionCallExpression' || !/^make_?(list|set)$/.test(nameOf(need(call, 'Name')))) return false;
  return need(call, 'ArgumentList').list('Expressions')[0]?.kind === 'NameReference';
}

/** The texts among items. */
export function texts(items: readonly Item[] | undefined): readonly { readonly text: string; readonly node: Bound }[] {
  return (items ?? []).flatMap(({ value, node }) => (value.kind === 'text' ? [{ text: value.value, node }] : []));
}
