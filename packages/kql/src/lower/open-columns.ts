import { Refusal } from '../diagnostics.ts';
import type { Bound } from '../parse/tree.ts';
import type { Plan, Relation } from '../plan/relation.ts';
import type { Constant } from '../types.ts';

/** Rows of texts: the answer to a question. */
export type Answer = readonly (readonly string[])[];

/** What a plug-in must know of the data before its columns are known. */
export interface DataQuestion {
  readonly plan: Plan;
  /** The answer where it does not depend on data. */
  readonly known: Answer | undefined;
  /** The plug-in's output schema, as a query writes it.
   *  @throws Refusal where Kusto's is not certain. */
  schemaOf(answer: Answer): string;
}

/** Thrown at a plug-in whose columns depend on the data and are not written out. */
export class OpenColumns extends Refusal {
  /** Where in the text the output schema belongs. */
  readonly place: number;
  readonly question: DataQuestion;

  constructor(call: Bound, name: string, question: DataQuestion) {
    const message = `The columns of \`${name}\` depend on the data.`;
    super('WK004', call.span, message, `Write them out: \`evaluate ${name}(…) : (*, Name: string)\`.`);
    this.place = call.span.start + call.span.length;
    this.question = question;
  }
}

/** A column's name and type in an output schema. */
export function declared(name: string, type: string): string {
  return `['${name.replace(/['\\]/g, '\\$&')}']: ${type}`;
}

/** The values of a column that only constants go into, row by row. */
export function constantColumn(node: Relation, id: number): readonly Constant[] | undefined {
  if (node.kind === 'values') {
    const index = node.columns.findIndex((column) => column.id === id);
    return index < 0 ? undefined : node.rows.map((row) => row[index] ?? null);
  }
  if (node.kind === 'sort') return constantColumn(node.input, id);
  if (node.kind !== 'project') return undefined;
  const value = node.columns.find(({ column }) => column.id === id)?.value;
  if (value?.kind === 'column') return constantColumn(node.input, value.id);
  const { input } = node;
  return value?.kind === 'constant' && input.kind === 'values' ? input.rows.map(() => value.value) : undefined;
}
