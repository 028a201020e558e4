import type { Column, KqlType } from '../../types.ts';

/** Columns by their type: `{ string: 'A B', long: 'C' }`. */
export function tableOf(columns: Partial<Record<KqlType, string>>): readonly Column[] {
  return Object.entries(columns).flatMap(([type, names]) =>
    names
      .trim()
      .split(/\s+/)
      .map((name) => ({ name, type: type as KqlType })),
  );
}
