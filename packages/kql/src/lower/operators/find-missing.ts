import { type Bound, bare, nameOf, need, visit } from '../../parse/tree.ts';
import type { Scalar } from '../../plan/scalar.ts';
import type { KqlType } from '../../types.ts';
import { type Env, type Lowering, refuse, short } from '../context.ts';
import { constant, operator, operatorName } from '../scalar-operator.ts';

/** Tests that no null passes, whatever it is held against. */
const ofValues: ReadonlySet<string> = new Set(['==', '<', '<=', '>', '>=', 'in', 'in~', 'between']);

/** Tests that an empty text passes only against an empty text. */
const ofTexts: ReadonlySet<string> = new Set([
  '==',
  '=~',
  'in',
  'in~',
  'has',
  'has_cs',
  'has_any',
  'hasprefix',
  'hasprefix_cs',
  'hassuffix',
  'hassuffix_cs',
  'contains',
  'contains_cs',
  'startswith',
  'startswith_cs',
  'endswith',
  'endswith_cs',
]);

/** The columns that a condition names. */
export function namesIn(condition: Bound): readonly string[] {
  const names = new Set<string>();
  visit(condition, (item) => {
    if (item.kind === 'NameReference' && item.symbol?.kind === 'column') names.add(nameOf(item));
  });
  return [...names];
}

/** A condition of `find` over a table that lacks some of its columns. The page (find-operator.md) shows that the part of an
 *  `or` that names them falls away; so does every test here that neither a null nor an empty text would pass.
 *  @throws Refusal for other tests: what they give is not documented. */
export class Missing {
  /** The columns that the table lacks, with the types that they have elsewhere. */
  readonly #types: ReadonlyMap<string, KqlType>;
  readonly #env: Env;
  readonly #context: Lowering;

  constructor(types: ReadonlyMap<string, KqlType>, env: Env, context: Lowering) {
    this.#types = types;
    this.#env = env;
    this.#context = context;
  }

  /** `rest` makes the parts that name no missing column. */
  predicate(condition: Bound, rest: (node: Bound) => Scalar): Scalar {
    const node = bare(condition);
    if (!namesIn(node).some((name) => this.#types.has(name))) return rest(node);
    if (node.kind === 'AndExpression' || node.kind === 'OrExpression') {
      const sides = ['Left', 'Right'].map((side) => this.predicate(need(node, side), rest));
      return operator(node.kind === 'AndExpression' ? 'and' : 'or', sides, 'bool', node.span);
    }
    if (this.#failsEmpty(node)) return constant(false, 'bool', node.span);
    const message = `What \`${short(node.text)}\` gives for a table without the column is not documented.`;
    return refuse(node.span, 'WK001', message, 'Name tables that are alike: `find in (…) where …`, or write `union`.');
  }

  #failsEmpty(node: Bound): boolean {
    const left = node.child('Left');
    const right = node.child('Right');
    if (left === undefined || right === undefined || node.child('Operator') === undefined) return false;
    const column = bare(left);
    const type = column.kind === 'NameReference' ? this.#types.get(nameOf(column)) : undefined;
    const test = operatorName(node);
    if (type !== 'string') return type !== undefined && type !== 'dynamic' && ofValues.has(test);
    const operands = right.kind === 'ExpressionList' ? right.list('Expressions') : [right];
    return ofTexts.has(test) && operands.length > 0 && operands.every((item) => this.#isText(item));
  }

  /** Is it a constant text, or a list of texts, none of them empty? */
  #isText(node: Bound): boolean {
    if (node.columns !== undefined || namesIn(node).length > 0) return false;
    const value = this.#context.scalar(node, { env: this.#env, columns: new Map() });
    if (value.kind !== 'constant' || value.value === null) return false;
    const given = typeof value.value === 'object' ? value.value.json : value.value;
    const texts: readonly unknown[] = Array.isArray(given) ? given : [given];
    return texts.every((text) => typeof text === 'string' && text !== '');
  }
}
