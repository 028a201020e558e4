import type { Relation } from '../../plan/relation.ts';
import type { Span } from '../../types.ts';
import { refuse } from '../context.ts';
import { constantColumn } from '../open-columns.ts';
import { type Table, unordered } from '../table.ts';
import { argumentsByName, constantOf, type Plugin } from './arguments.ts';

/** `schema_merge(PreserveOrder)`: one schema of several, as `getschema` gives them. Schemas are known while compiling. */
export const schemaMerge: Plugin = (call, _node, input, env, context) => {
  const preserve = argumentsByName(call, ['PreserveOrder']).get('PreserveOrder');
  const ordered = preserve === undefined ? true : constantOf(preserve, env, context) === true;
  const merged = new Map<string, { ordinal: bigint; moved: boolean; readonly clr: string; readonly type: string }>();
  for (const { name, ordinal, clr, type } of schemaRows(input, call.span)) {
    const known = merged.get(name);
    if (known === undefined) {
      merged.set(name, { ordinal, moved: false, clr, type });
      continue;
    }
    if (known.type !== type || (!ordered && ordinal < known.ordinal)) {
      return refuse(call.span, 'WK002', `What becomes of two columns \`${name}\` is not documented.`, 'Rename one.');
    }
    known.moved ||= ordinal !== known.ordinal;
    known.ordinal = ordinal;
  }
  const columns = [
    context.column('ColumnName', 'string'),
    context.column('ColumnOrdinal', 'long'),
    context.column('DataType', 'string'),
    context.column('ColumnType', 'string'),
  ];
  const problem = 'ERROR(columns are out of order)';
  const rows = [...merged].map(([name, { ordinal, moved, clr, type }]) =>
    ordered && moved ? [name, -1n, `ERROR(unknown CSL type:${problem})`, problem] : [name, ordinal, clr, type],
  );
  return unordered({ kind: 'values', columns, rows }, columns);
};

interface SchemaRow {
  readonly name: string;
  readonly ordinal: bigint;
  readonly clr: string;
  readonly type: string;
}

function schemaRows(input: Table, span: Span): readonly SchemaRow[] {
  const names = ['ColumnName', 'ColumnOrdinal', 'DataType', 'ColumnType'];
  const ids = names.map((name) => input.columns.find((column) => column.name === name)?.id ?? -1);
  return legsOf(input.relation, ids).flatMap(({ relation, columns }) => {
    const [name, ordinal, clr, type] = columns.map((id) => constantColumn(relation, id));
    if (name === undefined || ordinal === undefined || clr === undefined || type === undefined) {
      const advice = 'Give it a `union` of tables with `getschema`.';
      return refuse(span, 'WK001', '`schema_merge` works on schemas that are known while compiling.', advice);
    }
    return name.map((item, row) => ({
      name: String(item),
      ordinal: BigInt(String(ordinal[row])),
      clr: String(clr[row]),
      type: String(type[row]),
    }));
  });
}

/** The inputs of unions, with their ids of these columns. */
function legsOf(
  relation: Relation,
  columns: readonly number[],
): readonly { readonly relation: Relation; readonly columns: readonly number[] }[] {
  if (relation.kind === 'union') {
    const places = columns.map((id) => relation.columns.findIndex((column) => column.id === id));
    return relation.inputs.flatMap((leg) =>
      legsOf(
        leg.input,
        places.map((place) => leg.columns[place] ?? -1),
      ),
    );
  }
  if (relation.kind !== 'project' || relation.input.kind !== 'union') return [{ relation, columns }];
  const values = columns.map((id) => relation.columns.find(({ column }) => column.id === id)?.value);
  const inner = values.map((value) => (value?.kind === 'column' ? value.id : -1));
  return legsOf(relation.input, inner);
}
