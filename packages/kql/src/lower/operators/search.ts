import { type Bound, nameOf, need, parameter, visit } from '../../parse/tree.ts';
import type { Scalar } from '../../plan/scalar.ts';
import { walk } from '../../plan/visitor.ts';
import { argumentsOf } from '../arguments.ts';
import { type Env, type Lowering, refuse, type Scope } from '../context.ts';
import type { Operator } from '../operator.ts';
import { call, constant, operator } from '../scalar-operator.ts';
import { anyColumn, textTests } from '../star.ts';
import { scopeOf, type Table } from '../table.ts';
import { everything, type Leg, legsOf } from './legs.ts';
import { combined } from './union.ts';

const sourceColumn = '$table';

/** `T | search …`. */
export const search: Operator = (node, input, env, context) => {
  if (input.columns.some((column) => column.name === sourceColumn)) {
    const advice = 'Put both conditions into one `search`, joined by `and`.';
    return refuse(
      need(node, 'SearchKeyword').span,
      'WK001',
      'A search in the result of a search is not supported.',
      advice,
    );
  }
  return found(node, [{ table: input, label: input.name ?? 'search_arg0' }], env, context);
};

/** `search …` as a source: over tables that it names, or over all tables and views. */
export function searchTables(node: Bound, env: Env, context: Lowering): Table {
  const named = node.child('InClause')?.list('Expressions');
  const legs = named === undefined ? everything(env, context, node) : legsOf(named, [], 'search_arg', env, context);
  return found(node, legs, env, context);
}

/** The rows that match, behind a column that says where they come from. Columns are those of a union. */
function found(node: Bound, legs: readonly Leg[], env: Env, context: Lowering): Table {
  const table = combined(node, legs, context, { common: false, source: sourceColumn });
  const condition = need(node, 'Condition');
  checkColumns(condition, legs);
  const { columns } = scopeOf(table, env);
  const scope: Scope = { env, columns: new Map([...columns].filter(([name]) => name !== sourceColumn)) };
  const caseSensitive = parameter(node, 'kind')?.text.toLowerCase() === 'case_sensitive';
  const predicate = new Search(scope, context, caseSensitive).predicate(condition);
  return { ...table, relation: { kind: 'filter', input: table.relation, predicate } };
}

/** Whether a table without a column that the condition names takes part is not documented for `search`. */
function checkColumns(condition: Bound, legs: readonly Leg[]): void {
  visit(condition, (node) => {
    if (node.kind !== 'NameReference' || node.symbol?.kind !== 'column') return;
    const name = nameOf(node);
    const without = legs.find(({ table }) => !table.columns.some((column) => column.name === name));
    if (without === undefined) return;
    const advice = `Name the tables that have it: \`search in (…) …\`, or write \`union\` and \`where\`.`;
    refuse(node.span, 'WK001', `\`${without.label}\` has no column \`${name}\`.`, advice);
  });
}

/** A search predicate: texts and numbers by themselves are terms that any column may hold. */
export class Search {
  readonly #scope: Scope;
  readonly #context: Lowering;
  readonly #caseSensitive: boolean;

  constructor(scope: Scope, context: Lowering, caseSensitive: boolean) {
    this.#scope = scope;
    this.#context = context;
    this.#caseSensitive = caseSensitive;
  }

  predicate(node: Bound): Scalar {
    switch (node.kind) {
      case 'StarExpression':
        return constant(true, 'bool', node.span);
      case 'ParenthesizedExpression':
        return this.predicate(need(node, 'Expression'));
      case 'AndExpression':
      case 'OrExpression': {
        const sides = ['Left', 'Right'].map((side) => this.predicate(need(node, side)));
        return operator(node.kind === 'AndExpression' ? 'and' : 'or', sides, 'bool', node.span);
      }
      case 'SearchExpression': {
        const column = this.#context.scalar(need(node, 'Left'), this.#scope);
        const { test, needle } = this.#term(need(node, 'Right'));
        return operator(test, [column, needle], 'bool', node.span);
      }
      default:
        break;
    }
    if (typeof node.constant === 'string' || typeof node.constant === 'bigint') {
      const { test, needle } = this.#term(node);
      return anyColumn(test, needle, this.#scope, node);
    }
    const negated =
      node.kind === 'FunctionCallExpression' && node.child('Name')?.text === 'not' && argumentsOf(node)[0];
    if (negated) return call('not', [this.predicate(negated)], 'bool', node.span);
    return this.#condition(node);
  }

  /** Any other condition; a case-sensitive search makes its tests of texts so too. */
  #condition(node: Bound): Scalar {
    const made = this.#context.scalar(node, this.#scope);
    if (!this.#caseSensitive) return made;
    if (made.kind === 'call' && made.family === 'operator' && textTests.has(made.name)) {
      return { ...made, name: sensitive(made.name) };
    }
    walk(made, (part) => {
      if (part.kind !== 'call' || part.family !== 'operator' || !foldsCase(part.name)) return;
      const advice = 'Write the operator that minds case, as `has_cs` or `==`.';
      refuse(part.span, 'WK001', `\`${part.name}\` inside a case-sensitive search is not supported.`, advice);
    });
    return made;
  }

  /** The operator that a term asks for by its asterisks, and the text without them. */
  #term(node: Bound): { readonly test: string; readonly needle: Scalar } {
    const text = String(node.constant);
    const [, before, inner = '', after] = /^(\*?)([\s\S]*?)(\*?)$/.exec(text) ?? [];
    if (inner.includes('*') || (inner === '' && text !== '')) {
      const advice = 'Write `Column matches regex "…"`.';
      return refuse(node.span, 'WK001', 'An asterisk inside a search term is not supported.', advice);
    }
    const test = before === '' ? (after === '' ? 'has' : 'hasprefix') : after === '' ? 'hassuffix' : 'contains';
    const needle = constant(inner, 'string', node.span);
    return { test: this.#caseSensitive ? sensitive(test) : test, needle };
  }
}

function sensitive(test: string): string {
  return test.endsWith('_cs') ? test : `${test}_cs`;
}

function foldsCase(name: string): boolean {
  const plain = name.replace(/^!/, '');
  return (
    plain.endsWith('~') ||
    plain === 'has_any' ||
    plain === 'has_all' ||
    (textTests.has(plain) && !plain.endsWith('_cs'))
  );
}
