import { recogniseDefenderJson } from './defender/recognise.ts';
import type { Recognised, Shape } from './recognised.ts';
import { recogniseZeekJson, recogniseZeekText } from './zeek/recognise.ts';

export type Recognition = Recognised | { readonly reason: string };

/** How many of a file's first records recognition looks at. */
const sampled = 50;

/** Tells a text file's format from its first part. The name only breaks ties. */
export function recognise(text: string, name: string, whole: boolean): Recognition {
  const lines = text.split('\n');
  if (!whole && lines.length > 1) lines.pop();
  const zeek = recogniseZeekText(lines, name);
  if (zeek) return zeek;
  const records = lines.slice(0, sampled).flatMap(objectOf);
  if (records.length > 0) {
    const recognised = recogniseZeekJson(records, name) ?? recogniseDefenderJson(records);
    if (recognised) return recognised;
  }
  return { reason: 'of no format that Weir knows; see weir sources' };
}

/** The object of a line; masked times of Zeek's own test logs are made readable for recognition alone. */
function objectOf(line: string): object[] {
  if (!line.startsWith('{')) return [];
  try {
    const value: unknown = JSON.parse(line.replace(/:X{10}\.X{6}/g, ':0'));
    return typeof value === 'object' && value !== null ? [value] : [];
  } catch {
    return [];
  }
}

/** Tells a table by the names of its columns. */
export function recogniseColumns(
  _names: readonly string[],
): { format: string; shape: Extract<Shape, { kind: 'parquet' }> } | undefined {
  return undefined;
}
