import type { ScalarFunction } from '../../emit.ts';
import { elements, isArray, jsonValue } from './json.ts';
import { at, constantInteger, long, once } from './values.ts';

/** `array_index_of(array, value[, start[, length[, occurrence]]])`: by the typed value, -1 for none. A negative start
 *  counts from the end, a length of -1 has no limit; a length below -1 and a negative occurrence make null. */
export const arrayIndexOf: ScalarFunction = {
  emit(args, call) {
    const value = jsonValue(at(args, 1));
    const [start, length, occurrence] = [2, 3, 4].map((index) => args[index]);
    if (constantInteger(occurrence) === 0n) return call.refuse('array_index_of counts occurrences from 1');
    return once(at(args, 0).sql, '_kql_j', (j) => {
      const size = `len(${elements(j)})`;
      if (start === undefined)
        return `CASE WHEN ${isArray(j)} THEN CAST(coalesce(list_position(${elements(j)}, ${value}), 0) - 1 AS BIGINT) END`;
      const bounds = [
        once(long(start), '_kql_s', (s) => `CASE WHEN ${s} < 0 THEN greatest(${size} + ${s}, 0) ELSE ${s} END`),
        length === undefined ? '-1' : long(length),
        occurrence === undefined ? '1' : long(occurrence),
      ];
      return once(`[${bounds.join(', ')}]`, '_kql_b', (b) => {
        const from = `${b}[1]`;
        const inside = `_kql_i >= ${from} AND (${b}[2] = -1 OR _kql_i - ${from} < ${b}[2])`;
        const places = `list_filter(range(${size}), lambda _kql_i: ${inside} AND ${elements(j)}[_kql_i + 1] = ${value})`;
        return `CASE WHEN ${isArray(j)} AND ${b}[1] IS NOT NULL AND ${b}[2] >= -1 AND ${b}[3] > 0 THEN coalesce(${places}[${b}[3]], -1) END`;
      });
    });
  },
};

/** A JSON number without a part. */
function whole(json: string): string {
  return `CASE WHEN json_type(${json}) IN ('BIGINT', 'UBIGINT') THEN TRY_CAST(json_extract_string(${json}, '$') AS BIGINT) END`;
}

/** `array_split(array, index or indexes)`: negative indexes count from the end. */
export const arraySplit: ScalarFunction = {
  emit(args, call) {
    const cuts = at(args, 1);
    if (cuts.type !== 'dynamic' && cuts.type !== 'long' && cuts.type !== 'int')
      return call.refuse(`array_split at a ${cuts.type}`, 'give whole numbers');
    const given =
      cuts.type === 'dynamic'
        ? `CASE WHEN ${isArray(cuts.sql)} THEN list_transform(${elements(cuts.sql)}, lambda _kql_c: ${whole('_kql_c')}) ELSE [${whole(cuts.sql)}] END`
        : `[${long(cuts)}]`;
    return once(at(args, 0).sql, '_kql_j', (j) => {
      const size = `len(${elements(j)})`;
      const placed = `list_transform(${given}, lambda _kql_c: CASE WHEN _kql_c < 0 THEN greatest(${size} + _kql_c, 0) WHEN _kql_c >= 0 THEN least(_kql_c, ${size}) END)`;
      return once(`list_concat([0], ${placed}, [${size}])`, '_kql_b', (b) => {
        const part = `list_slice(${elements(j)}, ${b}[_kql_i] + 1, ${b}[_kql_i + 1])`;
        return (
          `CASE WHEN ${isArray(j)} AND len(list_filter(${b}, lambda _kql_c: _kql_c IS NULL)) = 0 ` +
          `THEN to_json(list_transform(range(1, len(${b})), lambda _kql_i: ${part})) END`
        );
      });
    });
  },
};
