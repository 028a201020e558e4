import { type Bound, nameOf, need, visit } from '../parse/tree.ts';
import type { Plan } from '../plan/relation.ts';
import type { PlanColumn } from '../plan/scalar.ts';
import type { KqlType, Schema } from '../types.ts';
import { Env, type Given, type Lowering, refuse, type Scope, short } from './context.ts';
import { declareParameters } from './query-parameters.ts';
import { lowerPipeline, lowerRelation, lowerStep } from './relation.ts';
import { lowerScalar } from './scalar.ts';
import { type Settings, underSettings, withSetting } from './settings.ts';
import { checkSketches } from './sketches.ts';
import { sorted, type Table, unordered } from './table.ts';

const nothing: Given = { parameters: {}, external: {}, answers: new Map() };

/** A bound query as a plan.
 *  @throws Refusal for what Weir does not compile. */
export function lower(root: Bound, schema: Schema, given: Given = nothing): Plan {
  const context = new QueryLowering(schema, given);
  const env = new Env();
  let query: Bound | undefined;
  for (const statement of root.list('Statements')) {
    if (query !== undefined) {
      const advice = 'Ask one query for each result.';
      return refuse(statement.span, 'WK001', 'Something stands behind the query, which gives one result.', advice);
    }
    if (statement.kind === 'ExpressionStatement') query = need(statement, 'Expression');
    else context.declare(statement, env);
  }
  if (query === undefined) return refuse(root.span, 'WK001', 'There is no query, only definitions.');
  // `fork` and its like, which give several tables or none, are refused by name.
  if (query.columns === undefined && query.kind !== 'PipeExpression')
    return refuse(query.span, 'WK001', 'This is a value, not a table.', 'Write `print …`.');
  const table = context.relation(query, env);
  const relation = underSettings(sorted(table), context.settings);
  checkSketches(relation, table.columns);
  return { relation, columns: table.columns };
}

/** Expressions of a whole plan. A definition is put in wherever its name stands, so a few lines of `let` that each use
 *  the one before twice would grow without end. The largest published rules need some thousands. */
const mostExpressions = 100_000;

class QueryLowering implements Lowering {
  readonly schema: Schema;
  readonly unmade = new Set<string>();
  readonly given: Given;
  /** Of the `set` statements so far. */
  settings: Settings = {};
  readonly #shared: { readonly node: Bound; readonly env: Env; readonly key: number; readonly table: Table }[] = [];
  #lastId = 0;
  #expressions = 0;

  constructor(schema: Schema, given: Given) {
    this.schema = schema;
    this.given = given;
  }

  relation(node: Bound, env: Env): Table {
    this.#count(node);
    return lowerRelation(node, env, this);
  }

  pipeline(node: Bound, env: Env, first: (node: Bound) => Table): Table {
    return lowerPipeline(node, env, this, first);
  }

  step(node: Bound, input: Table, env: Env): Table {
    return lowerStep(node, input, env, this);
  }

  scalar(node: Bound, scope: Scope) {
    this.#count(node);
    return lowerScalar(node, scope, this);
  }

  #count(node: Bound): void {
    this.#expressions += 1;
    if (this.#expressions <= mostExpressions) return;
    refuse(
      node.span,
      'WK001',
      `With its definitions put in, the query has more than ${mostExpressions.toLocaleString('en')} expressions.`,
      'Use each `let` fewer times, or keep a table with `materialize(…)`.',
    );
  }

  column(name: string, type: KqlType): PlanColumn {
    return { id: ++this.#lastId, name, type };
  }

  scan(name: string, node: Bound): Table {
    const columns = Object.hasOwn(this.schema.tables, name) ? this.schema.tables[name] : undefined;
    if (columns === undefined) return refuse(node.span, 'WK001', `The table \`${name}\` is not known.`);
    const own = columns.map((column) => ({ ...this.column(column.name, column.type), source: column.name }));
    return { ...unordered({ kind: 'scan', table: name, columns: own }, own), name };
  }

  shared(node: Bound, env: Env, make: () => Table): Table {
    let known = this.#shared.find((item) => item.node === node && item.env === env);
    if (known === undefined) {
      const table = make();
      known = { node, env, key: this.#shared.length + 1, table };
      this.#shared.push(known);
    }
    const columns = known.table.columns.map((column) => ({
      ...this.column(column.name, column.type),
      source: column.id,
    }));
    return unordered({ kind: 'shared', key: known.key, input: known.table.relation, columns }, columns);
  }

  /** What a definition sees: its own name means there what it meant before, as in `let T = T | where …`. */
  #before(name: string, value: Bound, env: Env): Env {
    let isOwn = false;
    visit(value, (node) => {
      if (node.kind === 'NameReference' && nameOf(node) === name) isOwn = true;
    });
    if (!isOwn) return env;
    const seen = new Env(env);
    seen.define(name, env.find(name) ?? { kind: 'table', make: () => this.scan(name, value) });
    return seen;
  }

  declare(statement: Bound, env: Env): void {
    switch (statement.kind) {
      case 'LetStatement': {
        const name = nameOf(need(statement, 'Name'));
        const value = need(statement, 'Expression');
        const seen = this.#before(name, value, env);
        if (value.kind === 'FunctionDeclaration') env.define(name, { kind: 'function', declaration: value, env: seen });
        else env.define(name, { kind: 'expression', node: value, env: seen });
        return;
      }
      case 'PatternStatement': {
        const declaration = statement.child('Pattern');
        env.define(nameOf(need(statement, 'Name')), { kind: 'pattern', declaration, env });
        return;
      }
      case 'SetOptionStatement':
        this.settings = withSetting(this.settings, statement, (node) => this.scalar(node, { env, columns: new Map() }));
        return;
      case 'QueryParametersStatement':
        declareParameters(statement, this.given.parameters, env, this);
        return;
      default:
        refuse(statement.span, 'WK001', `\`${short(statement.text)}\` is not supported.`, statements[statement.kind]);
    }
  }
}

const statements: Readonly<Record<string, string>> = {
  RestrictStatement: 'Write the tables that the query reads, and no others.',
  AliasStatement: 'Write the table without its database.',
};
