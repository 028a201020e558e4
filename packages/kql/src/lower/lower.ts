import { type Bound, nameOf, need } from '../parse/tree.ts';
import type { Plan } from '../plan/relation.ts';
import type { PlanColumn } from '../plan/scalar.ts';
import type { KqlType, Schema } from '../types.ts';
import { Env, type Lowering, refuse, type Scope } from './context.ts';
import { lowerPipeline, lowerRelation, lowerStep } from './relation.ts';
import { lowerScalar } from './scalar.ts';
import { sorted, type Table, unordered } from './table.ts';

/** A bound query as a plan.
 *  @throws Refusal for what Weir does not compile. */
export function lower(root: Bound, schema: Schema): Plan {
  const context = new QueryLowering(schema);
  const env = new Env();
  let query: Bound | undefined;
  for (const statement of root.list('Statements')) {
    if (statement.kind === 'ExpressionStatement') query = need(statement, 'Expression');
    else context.declare(statement, env);
  }
  if (query === undefined) return refuse(root.span, 'WK001', 'There is no query, only definitions.');
  if (query.columns === undefined)
    return refuse(query.span, 'WK001', 'This is a value, not a table.', 'Write `print …`.');
  const table = context.relation(query, env);
  return { relation: sorted(table), columns: table.columns };
}

/** Expressions of a whole plan. A definition is put in wherever its name stands, so a few lines of `let` that each use
 *  the one before twice would grow without end. The largest published rules need some thousands. */
const mostExpressions = 100_000;

class QueryLowering implements Lowering {
  readonly schema: Schema;
  readonly unmade = new Set<string>();
  readonly #shared: { readonly node: Bound; readonly env: Env; readonly key: number; readonly table: Table }[] = [];
  #lastId = 0;
  #expressions = 0;

  constructor(schema: Schema) {
    this.schema = schema;
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

  declare(statement: Bound, env: Env): void {
    switch (statement.kind) {
      case 'LetStatement': {
        const name = nameOf(need(statement, 'Name'));
        const value = need(statement, 'Expression');
        if (value.kind === 'FunctionDeclaration') env.define(name, { kind: 'function', declaration: value, env });
        else env.define(name, { kind: 'expression', node: value, env });
        return;
      }
      case 'SetOptionStatement':
        // Options steer the cluster (time-outs, tracing), not the rows.
        return;
      default:
        refuse(statement.span, 'WK001', 'This statement is not supported.');
    }
  }
}
