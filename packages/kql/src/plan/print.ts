import type { Constant } from '../sql/emit.ts';
import type { KqlType } from '../types.ts';
import { columnsOf } from './columns.ts';
import type { Defined, Plan, Relation } from './relation.ts';
import type { OrderKey, Scalar } from './scalar.ts';
import { relationsOf, scalarsOf } from './visitor.ts';

/** A plan as indented text, the last step first: for people and for golden files. A column whose name occurs more than
 *  once in the plan carries its id. */
export function renderPlan(plan: Plan): string {
  const printer = new Printer(plan.relation);
  const columns = plan.columns.map((column) => `${printer.name(column.id)}: ${column.type}`);
  return [`result ${columns.join(', ')}`, ...printer.lines(plan.relation, 1)].join('\n');
}

class Printer {
  readonly #names = new Map<number, string>();
  readonly #shown = new Set<number>();

  constructor(relation: Relation) {
    const seen = new Map<number, string>();
    const collect = (node: Relation): void => {
      for (const column of columnsOf(node)) seen.set(column.id, column.name);
      for (const inner of [...relationsOf(node), ...scalarsOf(node).flatMap(queries)]) collect(inner);
    };
    collect(relation);
    const counts = new Map<string, number>();
    for (const name of seen.values()) counts.set(name, (counts.get(name) ?? 0) + 1);
    for (const [id, name] of seen) this.#names.set(id, (counts.get(name) ?? 0) > 1 ? `${name}#${id}` : name);
  }

  name(id: number): string {
    return this.#names.get(id) ?? `#${id}`;
  }

  lines(node: Relation, depth: number): readonly string[] {
    const indent = '  '.repeat(depth);
    if (node.kind === 'shared' && this.#shown.has(node.key)) return [`${indent}shared ${node.key} (above)`];
    if (node.kind === 'shared') this.#shown.add(node.key);
    const own = `${indent}${this.#head(node)}`;
    const inner = [...scalarsOf(node).flatMap(queries), ...relationsOf(node)];
    return [own, ...inner.flatMap((relation) => this.lines(relation, depth + 1))];
  }

  #head(node: Relation): string {
    switch (node.kind) {
      case 'scan':
        return `scan ${node.table}`;
      case 'values':
        return `values ${node.columns.map((column) => this.name(column.id)).join(', ')}: ${node.rows.length} rows`;
      case 'range':
        return `range ${this.name(node.column.id)} from ${this.scalar(node.from)} to ${this.scalar(node.to)} step ${this.scalar(node.step)}`;
      case 'filter':
        return `filter ${this.scalar(node.predicate)}`;
      case 'project':
        return this.#project(node);
      case 'summarize':
        return `summarize ${this.#defined(node.aggregates)}${node.groups.length > 0 ? ` by ${this.#defined(node.groups)}` : ''}`;
      case 'unique':
        return `unique by ${node.keys.map((key) => this.scalar(key)).join(', ')}`;
      case 'join':
        return `join ${node.join} on ${node.on.map((pair) => `${this.scalar(pair.left)} == ${this.scalar(pair.right)}`).join(' and ')}`;
      case 'union':
        return `union ${node.columns.map((column) => this.name(column.id)).join(', ')}`;
      case 'sort':
        return `sort ${node.keys.map((key) => this.#key(key)).join(', ')}`;
      case 'take':
        return `take ${this.scalar(node.count)}`;
      case 'expand':
        return `expand ${node.items.map((item) => `${this.name(item.column.id)} = ${this.scalar(item.value)}`).join(', ')}`;
      case 'iterate': {
        const parts = node.part === undefined ? '' : ` of each ${this.name(node.part.id)}`;
        const state = node.state.map(({ column, next }) => `${this.name(column.id)} := ${this.name(next)}`);
        return `iterate by ${this.name(node.place.id)}${parts}: ${this.#defined(node.stages.flat())}; ${state.join(', ')}`;
      }
      case 'shared':
        return `shared ${node.key}`;
    }
  }

  /** A projection that keeps all its input reads as what it adds. */
  #project(node: Extract<Relation, { kind: 'project' }>): string {
    const kept = new Set(node.columns.filter(isPassed).map((defined) => defined.column.id));
    const added = node.columns.filter((defined) => !isPassed(defined));
    return added.length > 0 && columnsOf(node.input).every((column) => kept.has(column.id))
      ? `extend ${this.#defined(added)}`
      : `project ${this.#defined(node.columns)}`;
  }

  #defined(list: readonly Defined[]): string {
    return list
      .map((defined) =>
        isPassed(defined)
          ? this.name(defined.column.id)
          : `${this.name(defined.column.id)} = ${this.scalar(defined.value)}`,
      )
      .join(', ');
  }

  #key(key: OrderKey): string {
    return `${this.scalar(key.by)} ${key.ascending ? 'asc' : 'desc'} nulls ${key.nullsFirst ? 'first' : 'last'}`;
  }

  scalar(node: Scalar): string {
    switch (node.kind) {
      case 'column':
        return this.name(node.id);
      case 'constant':
        return constantText(node.value, node.type);
      case 'now':
        return 'now()';
      case 'call':
        return node.family === 'operator' && node.args.length === 2 && node.name !== '[]'
          ? `(${this.scalar(node.args[0] as Scalar)} ${node.name} ${this.scalar(node.args[1] as Scalar)})`
          : `${node.name}(${this.#list(node.args)})`;
      case 'scalarQuery':
        return 'toscalar(…)';
      case 'listQuery':
        return 'list(…)';
      case 'inQuery':
        return `(${this.scalar(node.operand)} ${node.negated ? '!' : ''}in${node.ignoreCase ? '~' : ''} (…))`;
      case 'window':
        return `${node.name}(${this.#list(node.args)})${node.restart === undefined ? '' : ` restart ${this.scalar(node.restart)}`}`;
      case 'capture':
        return `capture(${this.scalar(node.operand)}, ${JSON.stringify(node.pattern)}, ${node.group})`;
      case 'aggregate':
        return `${node.name}(${this.#list(node.args)})${node.output > 0 ? `.${node.output}` : ''}`;
    }
  }

  #list(args: readonly Scalar[]): string {
    return args.map((arg) => this.scalar(arg)).join(', ');
  }
}

function isPassed({ column, value }: Defined): boolean {
  return value.kind === 'column' && value.id === column.id;
}

/** The subqueries in a scalar. */
function queries(node: Scalar): readonly Relation[] {
  return [...relationsOf(node), ...scalarsOf(node).flatMap(queries)];
}

function constantText(value: Constant, type: KqlType): string {
  if (value === null) return `${type}(null)`;
  if (typeof value === 'string' && type === 'string') return JSON.stringify(value);
  if (typeof value === 'object')
    return `dynamic(${JSON.stringify(value.json, (_, item) => (typeof item === 'bigint' ? Number(item) : item))})`;
  return type === 'datetime' || type === 'timespan' ? `${type}(${value} ticks)` : String(value);
}
