import { type Bound, bare, nameOf, need } from '../parse/tree.ts';
import type { AggregateNode, Scalar } from '../plan/scalar.ts';
import { aggregateNames } from './aggregate-names.ts';
import { argumentsOf } from './arguments.ts';
import { around } from './around.ts';
import { type Lowering, refuse, type Scope, short, typeOf } from './context.ts';
import { decompressed } from './decompress.ts';
import { callFunction } from './functions.ts';
import { geoFormulas } from './geo.ts';
import { call, constant, operator } from './scalar-operator.ts';
import { reference } from './table.ts';
import { lowerWindow, windowNames } from './window.ts';

/** A call: of a built-in function, an aggregate, a function over serialized rows or the query's own function. */
export function lowerCall(node: Bound, scope: Scope, context: Lowering): Scalar {
  const name = nameOf(need(node, 'Name'));
  const args = argumentsOf(node);
  const binding = scope.env.find(name);
  // A value may carry a built-in function's name: `let pi = pi();`.
  if (binding?.kind === 'function') return callFunction(node, binding, scope, context);
  if (scope.aggregates !== undefined && aggregateNames.has(name))
    return lowerAggregate(node, name, args, scope, context);
  if (windowNames.has(name)) return lowerWindow(node, name, args, scope, context);
  const lower = special[name];
  if (lower !== undefined) return lower(node, args, scope, context);
  const values = args.map((arg) => context.scalar(unnamed(arg), scope));
  const formula = geoFormulas[name];
  if (formula !== undefined) return formula(values, node.span);
  return call(name, values, resultType(node, name, args), node.span);
}

function unnamed(node: Bound): Bound {
  return node.kind === 'SimpleNamedExpression' ? need(node, 'Expression') : node;
}

/** The engine's result type where Microsoft's binder has another. */
function resultType(node: Bound, name: string, args: readonly Bound[]) {
  if (name === 'datetime_diff' && args[0]?.constant === 'week') return 'real';
  if (name === 'jaccard_index' || name === 'ceiling') return 'real';
  if (foldedToLong.has(name) && args.every((arg) => arg.constant !== undefined)) return 'long';
  return typeOf(node);
}

/** Parts of a constant datetime, which the engine computes as long; over columns they are int, as the binder says. */
const foldedToLong: ReadonlySet<string> = new Set(['getyear', 'datetime_part', 'monthofyear', 'hourofday']);

type Special = (node: Bound, args: readonly Bound[], scope: Scope, context: Lowering) => Scalar;

const special: Readonly<Record<string, Special>> = {
  now: (node, args, scope, context) => {
    const now: Scalar = { kind: 'now', type: 'datetime', span: node.span };
    const offset = args[0];
    return offset === undefined ? now : operator('+', [now, context.scalar(offset, scope)], 'datetime', node.span);
  },
  ago: (node, args, scope, context) => {
    const now: Scalar = { kind: 'now', type: 'datetime', span: node.span };
    return operator('-', [now, ...args.map((arg) => context.scalar(arg, scope))], 'datetime', node.span);
  },
  around: (node, args, scope, context) =>
    around(
      args.map((arg) => context.scalar(unnamed(arg), scope)),
      node.span,
    ),
  /** Of constants a constant, as filters of series are. */
  repeat: (node, args, scope, context) => {
    const values = args.map((arg) => context.scalar(arg, scope));
    const [value, count] = values;
    const times = count?.kind === 'constant' ? Number(count.value) : 0;
    const plain = value?.kind === 'constant' && (typeof value.value === 'bigint' || Number.isFinite(value.value));
    if (!plain || !(times >= 1 && times <= 1000)) return call('repeat', values, 'dynamic', node.span);
    return constant({ json: Array.from({ length: times }, () => value.value) }, 'dynamic', node.span);
  },
  bin_auto: (node, args, scope, context) => {
    const { binSize, binAt } = context.settings;
    if (binSize === undefined) {
      return refuse(node.span, 'WK002', '`bin_auto` needs a size.', 'Write `set query_bin_auto_size = 1h;` in front.');
    }
    const values = [...args.map((arg) => context.scalar(arg, scope)), binSize];
    const name = binAt === undefined ? 'bin' : 'bin_at';
    return call(name, binAt === undefined ? values : [...values, binAt], typeOf(node), node.span);
  },
  pack_all: (node, args, scope) => {
    const without = args[0] === undefined ? false : bare(unnamed(args[0])).constant;
    if (typeof without !== 'boolean') return refuse(node.span, 'WK001', '`pack_all` needs a constant argument.');
    const pairs = [...scope.columns.values()].flatMap((column) => [
      constant(column.name, 'string', node.span),
      reference(column, node.span),
    ]);
    return call(without ? 'pack_all' : 'bag_pack', pairs, 'dynamic', node.span);
  },
  array_sort_asc: (node, args, scope, context) => sortedArrays('array_sort_asc', node, args, scope, context),
  array_sort_desc: (node, args, scope, context) => sortedArrays('array_sort_desc', node, args, scope, context),
  gzip_decompress_from_base64_string: (node, args, scope, context) =>
    decompressed('gzip_decompress_from_base64_string', node, context.scalar(first(node, args), scope)),
  zlib_decompress_from_base64_string: (node, args, scope, context) =>
    decompressed('zlib_decompress_from_base64_string', node, context.scalar(first(node, args), scope)),
  bag_pack_columns: (node, args, scope, context) => {
    const pairs = args.flatMap((arg) => {
      const column = bare(arg);
      if (column.kind !== 'NameReference')
        return refuse(arg.span, 'WK001', '`bag_pack_columns` takes names of columns.');
      return [constant(nameOf(column), 'string', arg.span), context.scalar(column, scope)];
    });
    return call('bag_pack', pairs, 'dynamic', node.span);
  },
  /** A tabular parameter has the columns of what was given for it, of which the binder sees those that it declares. */
  column_names_of: (node, args, scope, context) => {
    const table = args[0];
    if (table?.columns === undefined || table.open) {
      return refuse(node.span, 'WK001', 'The columns of this table are not known while compiling.');
    }
    const { columns } = context.relation(table, scope.env);
    return constant({ json: columns.map(({ name }) => name) }, 'dynamic', node.span);
  },
  column_ifexists: (node, args, scope, context) => columnIfExists(node, args, scope, context),
  columnifexists: (node, args, scope, context) => columnIfExists(node, args, scope, context),
  ingestion_time: (node, _args, scope) => {
    const arrived = scope.columns.get('ArrivedAt');
    if (arrived?.type === 'datetime') return reference(arrived, node.span);
    return refuse(
      node.span,
      'WK004',
      '`ingestion_time()` needs the column `ArrivedAt`, which is not in reach here.',
      'Keep `ArrivedAt` up to this place, or write `Timestamp`.',
    );
  },
  geo_info_from_ip_address: (node) =>
    refuse(
      node.span,
      'WK004',
      '`geo_info_from_ip_address` needs a location database, and Weir works offline.',
      'Join a `datatable` or an inventory table of address ranges with `ipv4_is_in_range`.',
    ),
};

function first(node: Bound, args: readonly Bound[]): Bound {
  return args[0] ?? refuse(node.span, 'WK001', `\`${short(node.text)}\` lacks an argument.`);
}

/** Several arrays are one array of them here, as an index behind the call sees them. */
function sortedArrays(name: string, node: Bound, args: readonly Bound[], scope: Scope, context: Lowering): Scalar {
  const values = args.map((arg) => context.scalar(unnamed(arg), scope));
  return call(name, values, 'dynamic', node.span);
}

/** `column_ifexists(name, default)`: the name is a text or a value of the query that is one. */
function columnIfExists(node: Bound, args: readonly Bound[], scope: Scope, context: Lowering): Scalar {
  const [name, otherwise] = args;
  const named = name === undefined ? undefined : context.scalar(name, { env: scope.env, columns: new Map() });
  if (named?.kind !== 'constant' || typeof named.value !== 'string' || otherwise === undefined) {
    return refuse(node.span, 'WK001', `\`${short(node.text)}\` needs a constant name and a default.`);
  }
  const column = scope.columns.get(named.value);
  return column === undefined ? context.scalar(otherwise, scope) : reference(column, node.span);
}

/** An aggregate of one output column; those of several are spread by `summarize`. */
function lowerAggregate(
  node: Bound,
  name: string,
  args: readonly Bound[],
  scope: Scope,
  context: Lowering,
): AggregateNode {
  if (node.columns !== undefined) {
    return refuse(node.span, 'WK001', `\`${name}\` gives columns and cannot be part of an expression.`);
  }
  const inner: Scope = { env: scope.env, columns: scope.columns };
  return {
    kind: 'aggregate',
    name,
    // A star that stands for no further column: `arg_max(v, *)` where every other column is a group.
    args: args
      .filter((arg) => !(arg.kind === 'StarExpression' && args.length > 1))
      .map((arg) => context.scalar(arg, inner)),
    output: 0,
    order: scope.aggregates?.order ?? [],
    type: typeOf(node),
    span: node.span,
  };
}
