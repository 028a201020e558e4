import type { KqlType } from '../../types.ts';
import type { Operator } from '../operator.ts';
import { unordered } from '../table.ts';

/** `getschema`: one row for each column. */
export const getschema: Operator = (_node, input, _env, context) => {
  const columns = [
    context.column('ColumnName', 'string'),
    context.column('ColumnOrdinal', 'int'),
    context.column('DataType', 'string'),
    context.column('ColumnType', 'string'),
  ];
  const rows = input.columns.map(({ name, type }, index) => [name, BigInt(index), clrNames[type], type]);
  return unordered({ kind: 'values', columns, rows }, columns);
};

/** The engine's names for its types. */
export const clrNames: Readonly<Record<KqlType, string>> = {
  bool: 'System.SByte',
  int: 'System.Int32',
  long: 'System.Int64',
  real: 'System.Double',
  decimal: 'System.Data.SqlTypes.SqlDecimal',
  datetime: 'System.DateTime',
  timespan: 'System.TimeSpan',
  string: 'System.String',
  guid: 'System.Guid',
  dynamic: 'System.Object',
};
