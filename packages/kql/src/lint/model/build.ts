import { type Bound, bare, nameOf, need, parameter } from '../../parse/tree.ts';
import type { Schema } from '../../types.ts';
import { Env } from './env.ts';
import type { Pipeline, Source, Step } from './pipeline.ts';
import { nothing, type Origin, type Scope, withNames } from './scope.ts';
import { summarized } from './summarized.ts';
import { nestedTables } from './walk.ts';

/** The pipelines of a query in the order of its text; the last with the role `query` is its answer. */
export function pipelinesOf(
  root: Bound,
  schema: Schema,
): { readonly pipelines: readonly Pipeline[]; readonly env: Env } {
  const builder = new Builder(schema);
  const env = new Env();
  builder.statements(root.list('Statements'), env, 'query');
  return { pipelines: builder.pipelines, env };
}

type Role = Pipeline['role'];

class Builder {
  readonly pipelines: Pipeline[] = [];
  readonly #schema: Schema;

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  statements(statements: readonly Bound[], env: Env, role: Role): void {
    for (const statement of statements) {
      if (statement.kind === 'LetStatement') this.#declare(statement, env);
      else if (statement.kind === 'ExpressionStatement') {
        const expression = need(statement, 'Expression');
        if (isTable(expression, env)) this.table(expression, env, role, undefined);
      }
    }
  }

  #declare(statement: Bound, env: Env): void {
    const name = nameOf(need(statement, 'Name'));
    const value = bare(need(statement, 'Expression'));
    if (value.kind === 'FunctionDeclaration') this.#function(name, value, env);
    else if (isTable(value, env)) env.define(name, { kind: 'table', pipeline: this.table(value, env, 'let', name) });
    else {
      this.#nested(value, env);
      env.define(name, { kind: 'scalar', node: value, env: env.snapshot() });
    }
  }

  #function(name: string, declaration: Bound, env: Env): void {
    const parameters = declaration.child('Parameters')?.list('Parameters') ?? [];
    const inner = new Env(env);
    for (const item of parameters) {
      inner.define(nameOf(need(need(item, 'NameAndType'), 'Name')), { kind: 'open', pipeline: undefined });
    }
    const body = declaration.child('Body');
    this.statements(body?.list('Statements') ?? [], inner, 'let');
    const expression = body?.child('Expression');
    if (expression === undefined) return;
    if (!isTable(expression, inner)) {
      this.#nested(expression, inner);
      if (parameters.length === 0) env.define(name, { kind: 'scalar', node: expression, env: inner });
      else env.define(name, { kind: 'open', pipeline: undefined });
      return;
    }
    const pipeline = this.table(expression, inner, 'let', name);
    env.define(name, parameters.length === 0 ? { kind: 'table', pipeline } : { kind: 'open', pipeline });
  }

  /** A tabular expression, flattened. What stands in it is listed before it. */
  table(node: Bound, env: Env, role: Role, name: string | undefined): Pipeline {
    const operators: Bound[] = [];
    let head = bare(node);
    while (head.kind === 'PipeExpression') {
      operators.unshift(need(head, 'Operator'));
      head = bare(need(head, 'Expression'));
    }
    const { source, scope } = this.#source(head, env);
    const steps: Step[] = [];
    let current = scope;
    for (const operator of operators) {
      const others = this.#others(operator, env);
      const output = this.#output(operator, current, others, env);
      if (others.length === 0) this.#nested(operator, env);
      steps.push({ node: operator, env, input: current, output, others });
      current = output;
      if (operator.kind === 'AsOperator') {
        const made: Pipeline = { role: 'let', name, node, env, source, steps: [...steps], scope: current };
        env.define(nameOf(need(operator, 'Name')), { kind: 'table', pipeline: made });
      }
    }
    const pipeline: Pipeline = { role, name, node, env, source, steps, scope: current };
    this.pipelines.push(pipeline);
    return pipeline;
  }

  #source(head: Bound, env: Env): { readonly source: Source; readonly scope: Scope } {
    const open: Scope = { names: new Map(), open: true };
    if (head.kind === 'MaterializeExpression') return this.#source(bare(need(head, 'Expression')), env);
    if (head.kind === 'PipeExpression') {
      const pipeline = this.table(head, env, 'let', undefined);
      return { source: { kind: 'pipeline', pipeline, node: head }, scope: pipeline.scope };
    }
    if (head.kind === 'UnionOperator') {
      const inputs = this.#others(head, env);
      return { source: { kind: 'union', inputs, node: head }, scope: merged(inputs.map((item) => item.scope)) };
    }
    const name = head.kind === 'NameReference' ? nameOf(head) : called(head);
    const binding = name === undefined ? undefined : env.find(name);
    if (binding?.kind === 'table') {
      const { pipeline } = binding;
      return { source: { kind: 'pipeline', pipeline, node: head }, scope: pipeline.scope };
    }
    if (binding?.kind === 'open') {
      if (head.kind === 'FunctionCallExpression') this.#nested(head, env);
      const scope = binding.pipeline === undefined ? open : { ...binding.pipeline.scope, open: true };
      return { source: { kind: 'other', node: head }, scope };
    }
    if (head.kind === 'NameReference' && name !== undefined && !name.includes('*')) {
      return { source: { kind: 'table', name, node: head }, scope: tableScope(name, this.#schema) };
    }
    this.#nested(head, env);
    // A search and a wildcard take tables that are not known here.
    if (/^(Search|Find)Operator$/.test(head.kind) || name?.includes('*'))
      return { source: { kind: 'other', node: head }, scope: open };
    const columns = head.columns;
    const scope = columns === undefined || head.open ? open : { names: made(columns, env), open: false };
    return { source: { kind: 'other', node: head }, scope };
  }

  /** The tables that an operator brings in. */
  #others(operator: Bound, env: Env): readonly Pipeline[] {
    switch (operator.kind) {
      case 'JoinOperator':
      case 'LookupOperator':
        return [this.table(need(operator, 'Expression'), env, 'side', undefined)];
      case 'UnionOperator':
        return operator.list('Expressions').map((item) => this.table(item, env, 'branch', undefined));
      default:
        return [];
    }
  }

  /** Tables inside scalars: `in (T | …)`, `toscalar(…)`. */
  #nested(node: Bound, env: Env): void {
    for (const inner of nestedTables(node)) this.table(inner, env, 'subquery', undefined);
  }

  #output(operator: Bound, input: Scope, others: readonly Pipeline[], env: Env): Scope {
    const computed = (node: Bound | undefined): Origin => ({ kind: 'computed', node, scope: input, env });
    const defined = (items: readonly Bound[]) => items.flatMap((item) => definitions(item, input, computed));
    const expressions = operator.list('Expressions');
    switch (operator.kind) {
      case 'FilterOperator':
      case 'SortOperator':
      case 'TopOperator':
      case 'TakeOperator':
      case 'SampleOperator':
      case 'RenderOperator':
      case 'AsOperator':
      case 'ProjectReorderOperator':
        return input;
      case 'ExtendOperator':
      case 'SerializeOperator':
        return withNames(input, defined(expressions));
      case 'ProjectOperator':
        return { names: new Map(defined(expressions)), open: false };
      case 'DistinctOperator':
        return expressions[0]?.kind === 'StarExpression'
          ? input
          : { names: new Map(defined(expressions)), open: false };
      case 'SummarizeOperator':
        return summarized(operator, input, defined, computed);
      case 'CountOperator':
        return { names: new Map([['Count', computed(undefined)]]), open: false };
      case 'ProjectAwayOperator': {
        const drop = expressions.map((item) => pattern(nameOf(item)));
        return { ...input, names: kept(input, (name) => !drop.some((item) => item.test(name))) };
      }
      case 'ProjectKeepOperator': {
        const keep = expressions.map((item) => pattern(nameOf(item)));
        return { names: kept(input, (name) => keep.some((item) => item.test(name))), open: false };
      }
      case 'ProjectRenameOperator': {
        const gone = new Set(expressions.flatMap((item) => oldName(item)));
        return withNames({ ...input, names: kept(input, (name) => !gone.has(name)) }, defined(expressions));
      }
      case 'JoinOperator':
      case 'LookupOperator':
        return joined(operator, input, others[0]?.scope ?? nothing);
      case 'UnionOperator':
        return merged([input, ...others.map((item) => item.scope)]);
      default: {
        // What else there is makes columns: the binder's, where it knows them.
        const { columns } = operator;
        if (columns === undefined || operator.open) return { ...input, open: true };
        // A series' time is a list of steps, not the time of an event.
        const groups = new Map(defined(operator.child('ByClause')?.list('Expressions') ?? []));
        const carried = operator.kind === 'MakeSeriesOperator' ? groups : input.names;
        const names = columns.map(({ name }) => [name, carried.get(name) ?? computed(undefined)] as const);
        return { names: new Map(names), open: input.open };
      }
    }
  }
}

/** Does an expression give rows? The binder says so where it knows; the tree where it does not. */
function isTable(node: Bound, env: Env): boolean {
  const inner = bare(node);
  if (inner.columns !== undefined) return inner.type !== 'tuple';
  if (/^(Pipe|Materialize|DataTable|ExternalData)Expression$|Operator$/.test(inner.kind)) return true;
  if (inner.kind !== 'NameReference') return false;
  const binding = env.find(nameOf(inner));
  return binding?.kind === 'table' || (binding?.kind === 'open' && binding.pipeline !== undefined);
}

function called(node: Bound): string | undefined {
  return node.kind === 'FunctionCallExpression' ? nameOf(need(node, 'Name')) : undefined;
}

export function tableScope(table: string, schema: Schema): Scope {
  const columns = Object.hasOwn(schema.tables, table) ? schema.tables[table] : undefined;
  const names = (columns ?? []).map(({ name }) => [name, { kind: 'column', table, column: name }] as const);
  return { names: new Map(names), open: columns === undefined };
}

function made(columns: readonly { readonly name: string }[], env: Env): ReadonlyMap<string, Origin> {
  return new Map(columns.map(({ name }) => [name, { kind: 'computed', node: undefined, scope: nothing, env }]));
}

/** The names that one expression of `extend`, `project`, `distinct` or a `by` defines. */
function definitions(
  item: Bound,
  input: Scope,
  computed: (node: Bound | undefined) => Origin,
): readonly (readonly [string, Origin])[] {
  if (item.kind === 'CompoundNamedExpression') {
    const names = item.child('Names')?.list('Names') ?? [];
    return names.map((name) => [nameOf(name), computed(need(item, 'Expression'))] as const);
  }
  const named = item.kind === 'SimpleNamedExpression';
  const value = bare(named ? need(item, 'Expression') : item);
  const own = value.kind === 'NameReference' ? nameOf(value) : undefined;
  const name = named ? nameOf(need(item, 'Name')) : (own ?? autoName(value));
  if (name === undefined) return [];
  if (own?.includes('*')) return [...input.names].filter(([column]) => pattern(own).test(column));
  return [[name, (own === undefined ? undefined : input.names.get(own)) ?? computed(value)]];
}

/** The name of a column that was given none: that of the column inside `bin(x, 1h)`, `tostring(x)`, `a.b`. */
function autoName(value: Bound): string | undefined {
  if (value.kind === 'FunctionCallExpression') {
    const name = nameOf(need(value, 'Name'));
    const first = need(value, 'ArgumentList').list('Expressions')[0];
    const inner = first === undefined ? undefined : bare(first);
    if (inner === undefined) return `${name}_`;
    const within = inner.kind === 'NameReference' ? nameOf(inner) : autoName(inner);
    if (/^(bin|floor|startof\w+|endof\w+|to[a-z]+)$/.test(name) && within !== undefined)
      return /^to/.test(name) || /^(bin|floor)$/.test(name) ? within : undefined;
    return within === undefined ? undefined : `${name}_${within}`;
  }
  if (value.kind === 'PathExpression') {
    return `${need(value, 'Expression').text}_${nameOf(need(value, 'Selector'))}`.replace(/[^\w]/g, '_');
  }
  return undefined;
}

function oldName(item: Bound): readonly string[] {
  const value = item.kind === 'SimpleNamedExpression' ? bare(need(item, 'Expression')) : item;
  return value.kind === 'NameReference' ? [nameOf(value)] : [];
}

function kept(scope: Scope, keep: (name: string) => boolean): ReadonlyMap<string, Origin> {
  return new Map([...scope.names].filter(([name]) => keep(name)));
}

function pattern(name: string): RegExp {
  return new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('\\*', '.*')}$`);
}

function joined(operator: Bound, left: Scope, right: Scope): Scope {
  const kind = parameter(operator, 'kind')?.text.toLowerCase() ?? '';
  if (kind === 'leftsemi' || kind === 'leftanti' || kind === 'anti' || kind === 'leftantisemi') return left;
  if (kind === 'rightsemi' || kind === 'rightanti' || kind === 'rightantisemi') return right;
  const renamed = [...right.names].map(([name, origin]) => [left.names.has(name) ? `${name}1` : name, origin] as const);
  const both = withNames(left, renamed);
  return { ...both, open: left.open || right.open };
}

function merged(scopes: readonly Scope[]): Scope {
  const names = new Map<string, Origin>();
  for (const scope of scopes) {
    for (const [name, origin] of scope.names) if (!names.has(name)) names.set(name, origin);
  }
  return { names, open: scopes.some((scope) => scope.open) };
}
