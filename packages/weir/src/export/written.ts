import { defenderSchema, type Schema, sentinelSchema } from '@weir/kql';
import { weirSchema } from '../tables/index.ts';

/** What a rule may be written over: Weir's tables, and of those that Weir has not what either product has. */
export const written: Schema = {
  tables: { ...together(defenderSchema.tables, sentinelSchema.tables), ...weirSchema.tables },
};

function together(one: Schema['tables'], other: Schema['tables']): Schema['tables'] {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  const columns = (name: string) => [...(one[name] ?? []), ...(other[name] ?? [])];
  return Object.fromEntries(
    names.map((name) => [name, [...new Map(columns(name).map((column) => [column.name, column])).values()]]),
  );
}
