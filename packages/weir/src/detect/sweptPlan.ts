import { emptyOverNothing, type Plan, planToSql, walk, withoutEmpty } from '@weir/kql';

/** What is left of a plan over tables some of which have no rows. */
export interface Left {
  /** The tables that it reads. */
  readonly reads: ReadonlySet<string>;
  readonly sql: () => string;
}

/** Kinds of empty tables for which SQL is kept; what is met again and again are few. */
const keptMost = 16;

/** A plan whose SQL is made when it is wanted, over tables some of which turned out to have no rows. */
export class SweptPlan {
  readonly #plan: Plan;
  readonly #columns: ReadonlyMap<string, ReadonlySet<string>>;
  /** All of it. */
  readonly whole: Left;
  readonly #left = new Map<string, Left | undefined>();

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#columns = columnsByTable(plan);
    this.whole = leftOf(plan, this.#columns);
  }

  /** The columns that it reads of a table. */
  columnsOf(table: string): readonly string[] {
    return [...(this.#columns.get(table) ?? [])];
  }

  /** What must be asked while these tables have no rows; undefined where it has no rows then. */
  over(empty: ReadonlySet<string>): Left | undefined {
    const key = Array.from(this.#columns.keys(), (table) => (empty.has(table) ? '0' : '1')).join('');
    if (!this.#left.has(key)) {
      if (this.#left.size === keptMost) this.#left.clear();
      this.#left.set(key, this.#leftOver(empty));
    }
    return this.#left.get(key);
  }

  #leftOver(empty: ReadonlySet<string>): Left | undefined {
    const isEmpty = (table: string) => empty.has(table);
    if (emptyOverNothing(this.#plan.relation, isEmpty)) return undefined;
    if (![...this.#columns.keys()].some(isEmpty)) return this.whole;
    const less = withoutEmpty(this.#plan, isEmpty);
    return leftOf(less, columnsByTable(less));
  }
}

function leftOf(plan: Plan, columns: ReadonlyMap<string, unknown>): Left {
  let sql: string | undefined;
  return {
    reads: new Set(columns.keys()),
    sql: () => {
      sql ??= planToSql(plan, { dialect: 'duckdb' }).sql;
      return sql;
    },
  };
}

function columnsByTable({ relation }: Plan): Map<string, Set<string>> {
  const columns = new Map<string, Set<string>>();
  walk(relation, (node) => {
    if (node.kind !== 'scan') return;
    const known = columns.get(node.table) ?? new Set();
    columns.set(node.table, known);
    for (const { source } of node.columns) known.add(source);
  });
  return columns;
}
