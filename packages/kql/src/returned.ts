import { typeNames } from './sql/duckdb/constant.ts';
import { lineageColumn } from './time/lineage.ts';
import type { Column } from './types.ts';

/** How the columns that DuckDB returned differ from those that the compiler promised; undefined where they do not.
 *  `types` are the engine's names of the result's types in order (`BIGINT`, `JSON`, …). A difference is a bug of the
 *  compiler: the rows would be read as what they are not. */
export function unlikePromised(columns: readonly Column[], types: readonly string[]): string | undefined {
  if (columns.length !== types.length) return `${columns.length} columns promised, ${types.length} returned`;
  const wrong = columns.flatMap(({ name, type }, index) => {
    const held = name === lineageColumn && types[index] === 'VARCHAR[]' ? 'VARCHAR[]' : typeNames[type];
    // A decimal's scale follows from its digits, which are never more than 38.
    const actual = type === 'decimal' ? String(types[index]).replace(/^DECIMAL\(38,.*/, held) : types[index];
    return actual === held ? [] : [`${name}: ${type} (${held}) promised, ${actual} returned`];
  });
  return wrong.length === 0 ? undefined : wrong.join('; ');
}
