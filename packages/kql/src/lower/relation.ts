import { type Bound, bare, nameOf, need } from '../parse/tree.ts';
import { argumentsOf } from './arguments.ts';
import { type Binding, type Env, type Lowering, refuse, type Scope, short } from './context.ts';
import { afterStep, knowParts } from './each-part.ts';
import { externalData } from './external.ts';
import { callTabular, viewNamed } from './functions.ts';
import type { Operator } from './operator.ts';
import { mvApply } from './operators/apply.ts';
import { expand } from './operators/expand.ts';
import { filter } from './operators/filter.ts';
import { find } from './operators/find.ts';
import { facet, fork } from './operators/fork.ts';
import { join, lookup } from './operators/join.ts';
import { makeSeries } from './operators/make-series.ts';
import { parse, parseWhere } from './operators/parse.ts';
import { parseKv } from './operators/parse-kv.ts';
import { partition } from './operators/partition.ts';
import { extend, project } from './operators/project.ts';
import { sample, sampleDistinct, topHitters } from './operators/sample.ts';
import { scan } from './operators/scan.ts';
import { getschema } from './operators/schema.ts';
import { search, searchTables } from './operators/search.ts';
import { away, byNames, keep, rename, reorder } from './operators/select.ts';
import { sort, take, top } from './operators/sort.ts';
import { count, distinct, summarize } from './operators/summarize.ts';
import { topNested } from './operators/top-nested.ts';
import { union, unite } from './operators/union.ts';
import { matched } from './pattern.ts';
import { evaluate } from './plugins/index.ts';
import { datatable, print, range } from './sources.ts';
import type { Table } from './table.ts';

const operators: Readonly<Record<string, Operator>> = {
  FilterOperator: filter,
  ProjectOperator: project,
  ProjectAwayOperator: away,
  ProjectByNamesOperator: byNames,
  ProjectKeepOperator: keep,
  ProjectReorderOperator: reorder,
  ProjectRenameOperator: rename,
  ExtendOperator: extend,
  SerializeOperator: (node, input, env, context) => extend(node, { ...input, serialized: true }, env, context),
  SortOperator: sort,
  TopOperator: top,
  TakeOperator: take,
  SummarizeOperator: summarize,
  DistinctOperator: distinct,
  CountOperator: count,
  FacetOperator: facet,
  ForkOperator: fork,
  MakeSeriesOperator: makeSeries,
  ScanOperator: scan,
  JoinOperator: join,
  LookupOperator: lookup,
  UnionOperator: union,
  SearchOperator: search,
  MvApplyOperator: mvApply,
  MvExpandOperator: expand,
  PartitionOperator: partition,
  EvaluateOperator: evaluate,
  SampleOperator: sample,
  SampleDistinctOperator: sampleDistinct,
  TopHittersOperator: topHitters,
  TopNestedOperator: topNested,
  GetSchemaOperator: getschema,
  ParseOperator: parse,
  ParseWhereOperator: parseWhere,
  ParseKvOperator: parseKv,
  AsOperator: (node, input) => ({ ...input, name: nameOf(need(node, 'Name')) }),
  /** A hint for how to draw the rows; the rows are the same. */
  RenderOperator: (_node, input) => input,
  InvokeOperator: (node, input, env, context) => {
    const call = need(node, 'Function');
    const binding = env.find(nameOf(need(call, 'Name')));
    if (binding?.kind !== 'function') return unknownFunction(call);
    return callTabular(call, binding, outside(env), context, input);
  },
};

/** A tabular expression of the bound tree as a relation. */
export function lowerRelation(node: Bound, env: Env, context: Lowering): Table {
  switch (node.kind) {
    case 'PipeExpression':
      return lowerPipeline(node, env, context, (first) => context.relation(first, env));
    case 'ParenthesizedExpression':
      return context.relation(need(node, 'Expression'), env);
    case 'NameReference':
      return named(node, env, context);
    case 'FunctionCallExpression':
      return called(node, env, context);
    case 'PathExpression':
      return qualified(node, env, context);
    case 'MaterializeExpression':
      return context.shared(node, env, () => context.relation(need(node, 'Expression'), env));
    case 'DataTableExpression':
      return datatable(node, env, context);
    case 'PrintOperator':
      return print(node, env, context);
    case 'RangeOperator':
      return range(node, env, context);
    case 'UnionOperator':
      return unite(node, [], env, context);
    case 'SearchOperator':
      return searchTables(node, env, context);
    case 'FindOperator':
      return find(node, env, context);
    case 'ExternalDataExpression':
      return externalData(node, context.given.external, env, context);
    default:
      return refuseOperator(node);
  }
}

/** The operators of a pipeline, one over the other, over what its first piece stands for. */
export function lowerPipeline(node: Bound, env: Env, context: Lowering, first: (node: Bound) => Table): Table {
  if (node.kind !== 'PipeExpression') return first(node);
  const step = need(node, 'Operator');
  const input = need(node, 'Expression');
  // What `as` names is in reach of everything behind it.
  if (step.kind === 'AsOperator') env.define(nameOf(need(step, 'Name')), { kind: 'expression', node: input, env });
  const table = lowerPipeline(input, env, context, first);
  if (takesAllColumns(step) && isNarrower(input, table)) {
    return refuse(
      step.span,
      'WK001',
      `\`${short(step.text)}\` is not supported on a parameter that has more columns than it declares.`,
      'Name the columns: `project …`.',
    );
  }
  const result = context.step(step, table, env);
  // Only what is a table, and not made from one, has its name.
  return step.kind === 'AsOperator' ? result : { ...result, name: undefined };
}

/** One operator of a pipeline. */
export function lowerStep(step: Bound, table: Table, env: Env, context: Lowering): Table {
  const operator = operators[step.kind] ?? refuseOperator(step);
  if (table.parts !== undefined && !knowParts.has(step.kind)) {
    return refuse(
      step.span,
      'WK001',
      `\`${short(step.text)}\` is not supported inside of \`mv-apply\` and \`partition\`.`,
      'Put it before or behind.',
    );
  }
  return afterStep(step, operator(step, table, env, context));
}

/** Does the operator hand on columns that it does not name, in the binder's order? */
function takesAllColumns(step: Bound): boolean {
  if (step.kind === 'SummarizeOperator') return step.list('Aggregates').some((item) => item.columns !== undefined);
  return /^MvApply|^Partition|^GetSchema|^Evaluate/.test(step.kind);
}

/** Inside a function the binder sees the columns that a tabular parameter declares; the table may have more. */
function isNarrower(node: Bound, table: Table): boolean {
  const seen = node.columns;
  return seen !== undefined && !node.open && seen.length < table.columns.length;
}

function outside(env: Env): Scope {
  return { env, columns: new Map() };
}

function named(node: Bound, env: Env, context: Lowering): Table {
  const name = nameOf(node);
  const binding = env.find(name);
  if (binding === undefined) return context.scan(name, node);
  switch (binding.kind) {
    case 'table':
      return binding.make();
    case 'expression':
      return letTable(binding, context);
    case 'function':
      return viewNamed(name, binding, context);
    case 'pattern':
      return refuse(node.span, 'WK002', `\`${name}\` is a pattern.`, 'Call it: `p("…")`.');
    case 'scalar':
      return refuse(node.span, 'WK001', `\`${name}\` is a value where a table is wanted.`);
  }
}

/** A table by another name keeps its own for `withsource=`; all else that a `let` names has none. */
function letTable({ node, env }: Extract<Binding, { kind: 'expression' }>, context: Lowering): Table {
  const table = context.relation(node, env);
  return bare(node).kind === 'NameReference' ? table : { ...table, name: undefined };
}

/** `database("…").Table`. The binder knows one database, the tables' own. */
function qualified(node: Bound, env: Env, context: Lowering): Table {
  const base = need(node, 'Expression');
  const selector = need(node, 'Selector');
  const binding = base.kind === 'FunctionCallExpression' ? env.find(nameOf(need(base, 'Name'))) : undefined;
  if (binding?.kind === 'pattern') return matched(node, base, nameOf(selector), binding, context);
  const local = base.kind === 'FunctionCallExpression' && nameOf(need(base, 'Name')) === 'database';
  if (local && selector.kind === 'NameReference') return context.scan(nameOf(selector), selector);
  const message = `\`${short(node.text)}\` is a table of another cluster, and Weir works offline.`;
  return refuse(node.span, 'WK004', message, 'Write the name of a table that is at hand.');
}

function called(node: Bound, env: Env, context: Lowering): Table {
  const name = nameOf(need(node, 'Name'));
  const binding = env.find(name);
  if (binding?.kind === 'function') return callTabular(node, binding, outside(env), context);
  if (binding?.kind === 'pattern') return matched(node, node, undefined, binding, context);
  const first = argumentsOf(node)[0];
  const only = first === undefined ? undefined : context.scalar(first, outside(env));
  const text = only?.kind === 'constant' && typeof only.value === 'string' ? only.value : undefined;
  if (name === 'table' && text !== undefined) return context.scan(text, node);
  if (name === '_GetWatchlist') return watchlist(node, text, context);
  return unknownFunction(node);
}

function watchlist(node: Bound, alias: string | undefined, context: Lowering): Table {
  const { watchlists = {} } = context.schema;
  const table = alias !== undefined && Object.hasOwn(watchlists, alias) ? watchlists[alias] : undefined;
  if (table !== undefined) return { ...context.scan(table, node), name: undefined };
  return refuse(
    node.span,
    'WK004',
    `The watchlist ${alias === undefined ? 'of this name' : `\`${alias}\``} is not at hand.`,
    'Bring it along as a `datatable`, or in Weir under `watchlists:` of the inventory.',
  );
}

function unknownFunction(node: Bound): never {
  const name = nameOf(need(node, 'Name'));
  if (name === 'FileProfile') {
    return refuse(
      node.span,
      'WK004',
      '`FileProfile` asks a service of Microsoft, and Weir works offline.',
      'Leave it out, or join a table with what is known of the hashes.',
    );
  }
  return refuse(node.span, 'WK001', `The function \`${name}\` is not known.`);
}

function refuseOperator(node: Bound): never {
  const word = /^[a-z][a-z-]*/i.exec(node.text)?.[0] ?? node.kind;
  const span = { start: node.span.start, length: Math.max(word.length, 1) };
  return refuse(span, 'WK001', `\`${word}\` is not supported: \`${short(node.text)}\`.`, advice[word.toLowerCase()]);
}

const advice: Readonly<Record<string, string>> = {
  'graph-to-table': 'Write `join` over the edges.',
  'assert-schema': 'Leave it out: the columns are checked while compiling.',
  reduce: 'How Kusto finds its patterns is not documented: write `summarize` over `extract(…)` or `replace_regex(…)`.',
  consume: 'It gives no result: write `| count`.',
  find: 'Write it in front, or `union` and `where`.',
};
