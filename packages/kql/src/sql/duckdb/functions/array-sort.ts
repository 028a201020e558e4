import type { ScalarFunction } from '../../emit.ts';
import { literal } from '../../quote.ts';
import { elements, isArray } from './json.ts';
import { at, once } from './values.ts';

/** A timespan's text with days or a sign, whose order is not that of its letters. */
const timespan = '(?:-[0-9]|[0-9]+[.])[0-9.:]*:[0-9]{2}:[0-9]{2}(?:[.][0-9]{7})?';

/** `array_sort_asc(array, …[, nulls_last])` and `array_sort_desc`: the first array in order, the others as the first was
 *  moved; with several arrays an array of them. Numbers come before texts, by value and by code point; equal ones keep
 *  their order. How other values sort among themselves is not documented, nor a mixture downward: there the query
 *  stops. An array as long as the first is wanted, any other is null. */
export function sorted(order: 'ASC' | 'DESC'): ScalarFunction {
  return {
    emit(args, call) {
      const flag = args.length > 1 && at(args, args.length - 1).type === 'bool' ? at(args, args.length - 1) : undefined;
      const nullsLast = flag === undefined ? true : flag.constant;
      if (typeof nullsLast !== 'boolean') return call.refuse(`${call.name} needs a constant for the place of nulls`);
      const arrays = flag === undefined ? args : args.slice(0, -1);
      if (arrays.some((arg) => arg.type !== 'dynamic')) return call.refuse(`${call.name} sorts arrays`);
      return once(at(args, 0).sql, '_kql_j', (j) =>
        once(elements(j), '_kql_l', (l) => {
          const rank = `CASE json_type(${l}[_kql_i]) WHEN 'UBIGINT' THEN 1 WHEN 'BIGINT' THEN 1 WHEN 'DOUBLE' THEN 1 WHEN 'VARCHAR' THEN 2 ELSE 3 END`;
          const text = `json_extract_string(${l}[_kql_i], '$')`;
          const all = `range(1, len(${l}) + 1)`;
          const isNull = `coalesce(json_type(${l}[_kql_i]) = 'NULL', true)`;
          const key = `{'r': ${rank}, 'n': CASE ${rank} WHEN 1 THEN CAST(${text} AS DOUBLE) END, 's': CASE ${rank} WHEN 2 THEN ${text} END, 'i': ${order === 'ASC' ? '' : '-'}_kql_i}`;
          const keys = `list_sort(list_transform(list_filter(${all}, lambda _kql_i: NOT ${isNull}), lambda _kql_i: ${key}), '${order}', 'NULLS LAST')`;
          return once(keys, '_kql_k', (k) => {
            const ranks = `list_distinct(list_transform(${k}, lambda _kql_s: _kql_s.r))`;
            const others = `len(list_filter(${k}, lambda _kql_s: _kql_s.r = 3)) > 1`;
            const spans = `len(list_filter(${k}, lambda _kql_s: regexp_full_match(_kql_s.s, ${literal(timespan)}))) > 0`;
            const unknown = [others, spans, ...(order === 'DESC' ? [`len(${ranks}) > 1`] : [])].join(' OR ');
            const filled = `list_transform(${k}, lambda _kql_s: abs(_kql_s.i))`;
            const empty = `list_filter(${all}, lambda _kql_i: ${isNull})`;
            const places = `list_concat(${nullsLast ? `${filled}, ${empty}` : `${empty}, ${filled}`})`;
            return once(places, '_kql_p', (p) => {
              const results = arrays.map(
                ({ sql }) =>
                  `CASE WHEN ${isArray(sql)} AND json_array_length(${sql}) = len(${l}) THEN to_json(list_transform(${p}, lambda _kql_i: ${elements(sql)}[_kql_i])) END`,
              );
              const result = results.length === 1 ? results.join() : `json_array(${results.join(', ')})`;
              return (
                `CASE WHEN NOT ${isArray(j)} THEN NULL ` +
                `WHEN ${unknown} THEN error('WK002: ${call.name}: the order of these values is not documented') ELSE ${result} END`
              );
            });
          });
        }),
      );
    },
  };
}
