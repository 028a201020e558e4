import type { ScalarFunction } from '../../emit.ts';
import { isArray, isObject, pointerTo } from './json.ts';
import { stringForm } from './text-form.ts';
import { at, never, once } from './values.ts';

/** How deep bags and arrays may lie in each other: SQL has no function that calls itself here. */
const deepest = 6;

/** `dynamic_to_json`: keys in order at every depth. */
export const dynamicToJson: ScalarFunction = {
  emit(args) {
    const arg = at(args, 0);
    if (arg.type !== 'dynamic') return stringForm(arg);
    return `coalesce(${canonical(arg.sql, deepest)}, 'null')`;
  },
  nullable: never,
};

function canonical(json: string, depth: number): string {
  const name = `_kql_j${depth}` as const;
  return once(json, name, (j) => {
    if (depth === 0)
      return `CASE WHEN ${isArray(j)} OR ${isObject(j)} THEN error('WK002: dynamic_to_json goes ${deepest} levels deep here') ELSE CAST(${j} AS VARCHAR) END`;
    const item = `_kql_e${depth}`;
    const list = `list_transform(json_extract(${j}, '$[*]'), lambda ${item}: ${canonical(item, depth - 1)})`;
    const pair = `CAST(to_json(${item}) AS VARCHAR) || ':' || ${canonical(`json_extract(${j}, ${pointerTo(item)})`, depth - 1)}`;
    const bag = `list_transform(list_sort(json_keys(${j})), lambda ${item}: ${pair})`;
    return (
      `CASE WHEN ${isArray(j)} THEN '[' || array_to_string(${list}, ',') || ']' ` +
      `WHEN ${isObject(j)} THEN '{' || array_to_string(${bag}, ',') || '}' ELSE CAST(${j} AS VARCHAR) END`
    );
  });
}
