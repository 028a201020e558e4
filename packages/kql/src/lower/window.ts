import type { Bound } from '../parse/tree.ts';
import type { Scalar, WindowNode } from '../plan/scalar.ts';
import type { KqlType } from '../types.ts';
import { type Lowering, refuse, type Scope, typeOf } from './context.ts';
import { call, constant, inType, operator } from './scalar-operator.ts';
import { sessionStart } from './session.ts';

/** The functions over serialized rows, each with the number of its argument that says where rows begin anew. */
const windows = {
  row_number: 1,
  row_cumsum: 1,
  row_rank_dense: 1,
  row_rank_min: 1,
  prev: undefined,
  next: undefined,
} as const;

type WindowName = keyof typeof windows;

export const windowNames: ReadonlySet<string> = new Set([...Object.keys(windows), 'row_window_session']);

/** `row_number()`, `prev(x)` and their like (window-functions.md), computed beforehand into an unseen column. */
export function lowerWindow(
  node: Bound,
  name: string,
  args: readonly Bound[],
  scope: Scope,
  context: Lowering,
): Scalar {
  const { hoist } = scope;
  if (hoist === undefined) {
    return refuse(
      node.span,
      'WK003',
      `\`${name}\` needs rows in a defined order.`,
      'Put `| sort by …` or `| serialize` in front.',
    );
  }
  const values = args.map((arg) => context.scalar(arg, scope));
  if (!isWindow(name)) return sessionStart(node, values, scope, context);
  const rows = new Rows(node, hoist);
  if (name === 'prev' || name === 'next') return shifted(node, name, values, rows);
  const restart = values[windows[name]];
  const segment = restart === undefined ? undefined : rows.runningCount(restart);
  switch (name) {
    case 'row_number': {
      const number = rows.number(segment);
      const start = values[0];
      if (start === undefined) return number;
      return rows.minusOne(operator('+', [number, start], 'long', node.span));
    }
    case 'row_cumsum': {
      const term = values[0];
      if (term === undefined || !['int', 'long', 'real'].includes(term.type)) {
        return refuse(node.span, 'WK002', '`row_cumsum` adds up numbers.', 'Convert: `row_cumsum(tolong(x))`.');
      }
      return rows.window('row_cumsum', [term], typeOf(node), segment);
    }
    default:
      return rank(node, name, values[0], segment, rows);
  }
}

function isWindow(name: string): name is WindowName {
  return Object.hasOwn(windows, name);
}

/** Columns over the rows in their order. */
class Rows {
  readonly #node: Bound;
  readonly #hoist: NonNullable<Scope['hoist']>;

  constructor(node: Bound, hoist: NonNullable<Scope['hoist']>) {
    this.#node = node;
    this.#hoist = hoist;
  }

  window(name: WindowNode['name'], args: readonly Scalar[], type: KqlType, restart?: Scalar): Scalar {
    const { span } = this.#node;
    return this.#hoist((order) => ({ kind: 'window', name, args, restart, order, type, span }));
  }

  /** A window that only counts other rows, or asks whether they are the same. */
  counting(name: WindowNode['name'], args: readonly Scalar[], type: KqlType, restart?: Scalar): Scalar {
    const { span } = this.#node;
    return this.#hoist((order) => ({ kind: 'window', name, args, restart, order, counts: true, type, span }));
  }

  number(restart?: Scalar): Scalar {
    return this.counting('row_number', [], 'long', restart);
  }

  /** How many rows up to this one meet the condition; null counts as false. */
  runningCount(condition: Scalar): Scalar {
    const { span } = this.#node;
    const one = call('iff', [condition, constant(1n, 'long', span), constant(0n, 'long', span)], 'long', span);
    return this.counting('row_cumsum', [one], 'long');
  }

  minusOne(value: Scalar): Scalar {
    return operator('-', [value, constant(1n, 'long', this.#node.span)], 'long', this.#node.span);
  }
}

/** `prev(x, offset, default)`, `next(…)`. The default is what stands beyond the ends; without one null, or `""`. */
function shifted(node: Bound, name: 'prev' | 'next', values: readonly Scalar[], rows: Rows): Scalar {
  const [value, offset, otherwise] = values;
  if (value === undefined) throw new Error(`${name} without an argument`);
  if (offset !== undefined && (offset.kind !== 'constant' || typeof offset.value !== 'bigint' || offset.value < 1n)) {
    return refuse(offset.span, 'WK001', `The offset of \`${name}\` must be a constant of at least 1.`);
  }
  const kept = [value, ...(offset === undefined ? [] : [offset])];
  if (otherwise !== undefined) kept.push(fitting(otherwise, value.type, name));
  return rows.window(name, kept, typeOf(node));
}

function fitting(otherwise: Scalar, type: KqlType, name: string): Scalar {
  if (otherwise.kind !== 'constant') {
    return refuse(otherwise.span, 'WK002', `The default of \`${name}\` must be a constant.`, 'Write `coalesce(…)`.');
  }
  const message = `The default of \`${name}\` is a ${otherwise.type} where the value is a ${type}.`;
  return inType(otherwise, type) ?? refuse(otherwise.span, 'WK002', message, `Write \`${type}(…)\`.`);
}

/** Ranks of neighbouring rows with the same term: `row_rank_dense` counts the runs, `row_rank_min` the rows in front of
 *  the run. Two nulls are the same term. */
function rank(
  node: Bound,
  name: 'row_rank_dense' | 'row_rank_min',
  term: Scalar | undefined,
  segment: Scalar | undefined,
  rows: Rows,
): Scalar {
  const { span } = node;
  if (term === undefined) throw new Error(`${name} without an argument`);
  if (term.type === 'dynamic') {
    return refuse(span, 'WK002', `\`${name}\` over a dynamic value is not supported.`, 'Convert: `tostring(x)`.');
  }
  const number = rows.number(segment);
  const first = operator('==', [number, constant(1n, 'long', span)], 'bool', span);
  const other = operator('!=', [term, rows.counting('prev', [term], term.type)], 'bool', span);
  const changed = operator('or', [first, other], 'bool', span);
  if (name === 'row_rank_dense') {
    const one = call('iff', [changed, constant(1n, 'long', span), constant(0n, 'long', span)], 'long', span);
    return rows.counting('row_cumsum', [one], 'long', segment);
  }
  const inRun = rows.number(rows.runningCount(changed));
  return operator('+', [operator('-', [number, inRun], 'long', span), constant(1n, 'long', span)], 'long', span);
}
