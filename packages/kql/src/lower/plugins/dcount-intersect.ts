import type { Defined } from '../../plan/relation.ts';
import { argumentsOf } from '../arguments.ts';
import { refuse } from '../context.ts';
import { internal } from '../scalar-operator.ts';
import { passed, projected, reference } from '../table.ts';
import { columnOf, type Plugin } from './arguments.ts';

/** `dcount_intersect(hll_1, hll_2, …)`: how many values the first sketch has, how many the first two have together, and so
 *  on, in `s0`, `s1`, …, behind the columns of the table (page dcount-intersect-plugin.md). */
export const dcountIntersect: Plugin = (call, _node, input, _env, context) => {
  const args = argumentsOf(call);
  if (args.length < 2 || args.length > 16) {
    return refuse(call.span, 'WK001', '`dcount_intersect` takes from 2 to 16 sketches.');
  }
  const sketches = args.map((arg) => reference(columnOf(arg, call, input), arg.span));
  const counts = args.map((arg, index): Defined => {
    const name = `s${index}`;
    if (input.columns.some((column) => column.name === name)) {
      return refuse(arg.span, 'WK001', `There is a column \`${name}\` already.`, 'Rename it before.');
    }
    const value = internal('dcount_intersect', sketches.slice(0, index + 1), 'long', call.span);
    return { column: context.column(name, 'long'), value };
  });
  return projected(input, [...input.columns.map(passed), ...counts]);
};
