import { analyze } from './parse/microsoft.ts';
import { type Bound, nameOf } from './parse/tree.ts';
import type { Schema } from './types.ts';

/** What the `render` at a query's end asks for. */
export interface Rendering {
  /** `timechart`, `piechart`… */
  readonly chart: string;
  /** Properties as they are written, by lower-case name: `ycolumns` is `A, B`. Quotes are taken off. */
  readonly properties: Readonly<Record<string, string>>;
}

/** The query's `render`; undefined where it has none.
 *  @throws Refusal where the binder itself stops */
export function renderingOf(text: string, schema: Schema): Rendering | undefined {
  const operator = lastRender(analyze(text, schema).root);
  const chart = operator?.child('ChartType');
  if (operator === undefined || chart === undefined) return undefined;
  const clause = operator.child('WithClause');
  const given = clause === undefined ? operator.list('Parameters') : clause.list('Properties');
  return {
    chart: chart.text.toLowerCase(),
    properties: Object.fromEntries(
      given.flatMap((property) => {
        const name = property.child('Name');
        const value = property.child('Expression');
        if (name === undefined || value === undefined) return [];
        return [[nameOf(name).toLowerCase(), typeof value.constant === 'string' ? value.constant : value.text]];
      }),
    ),
  };
}

/** The render of the last pipeline; only what stands last in the text can be drawn. */
function lastRender(node: Bound): Bound | undefined {
  if (node.kind === 'RenderOperator') return node;
  const last = node.children.findLast(({ span }) => span.length > 0);
  return last === undefined ? undefined : lastRender(last);
}
