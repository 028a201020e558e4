import type { Arg, ScalarFunction } from '../../emit.ts';
import { arrayIndexOf, arraySplit } from './array-search.ts';
import { sorted } from './array-sort.ts';
import { elements, isArray, jsonValue } from './json.ts';
import { at, bigint, constantInteger, isInteger, isTicks, long, never, once, text } from './values.ts';

/** Something of an array; of anything else null. */
function ofArray(body: (array: string, args: readonly Arg[]) => string): ScalarFunction {
  return {
    emit(args, call) {
      // Microsoft's binder lets `array_length` take anything.
      if (at(args, 0).type !== 'dynamic') return call.refuse(`${call.name} takes an array`);
      return once(at(args, 0).sql, '_kql_j', (j) => `CASE WHEN ${isArray(j)} THEN ${body(j, args)} END`);
    },
  };
}

const packArray: ScalarFunction = {
  emit: (args) => `json_array(${args.map(jsonValue).join(', ')})`,
  nullable: never,
};

/** The elements of all the arrays; a dynamic that is not an array adds nothing. */
const concat: ScalarFunction = {
  emit: (args) => {
    const lists = args.map((arg) => `coalesce(${elements(arg.sql)}, [])`);
    const any = args.map((arg) => `coalesce(${isArray(arg.sql)}, false)`).join(' OR ');
    return `CASE WHEN ${any} THEN to_json(list_concat(${lists.join(', ')})) END`;
  },
};

/** No array is as long, and numbers up to here can be added to. */
const longest = 4_294_967_296n;
const beyond = (place: bigint) => String(place < longest ? place : longest);

/** `array_slice(array, from, to)`: both ends inside, negative ones from the end. */
const slice = ofArray((j, args) => {
  const bound = (arg: Arg) => {
    const constant = constantInteger(arg);
    if (constant !== undefined) return constant < 0n ? `(len(${elements(j)}) + ${constant})` : beyond(constant);
    const within = (b: string) => `WHEN ${b} >= 0 THEN least(${b}, ${longest})`;
    return once(long(arg), '_kql_b', (b) => `CASE WHEN ${b} < 0 THEN len(${elements(j)}) + ${b} ${within(b)} END`);
  };
  // `greatest` passes over a null, and the bound would be known.
  return once(
    `[${bound(at(args, 1))}, ${bound(at(args, 2))}]`,
    '_kql_e',
    (e) =>
      `CASE WHEN ${e}[1] IS NOT NULL AND ${e}[2] IS NOT NULL ` +
      `THEN to_json(list_slice(${elements(j)}, greatest(${e}[1], 0) + 1, greatest(${e}[2] + 1, 0))) END`,
  );
});

/** Shifting and rotating; `amount` is positive to the left. A shift fills up with null, an array of texts with `''`. */
function moved(kind: 'shift' | 'rotate', direction: 1 | -1): ScalarFunction {
  return {
    emit(args) {
      return once(at(args, 0).sql, '_kql_j', (j) =>
        once(elements(j), '_kql_l', (l) => {
          const texts = `len(${l}) > 0 AND len(list_filter(${l}, lambda _kql_t: json_type(_kql_t) <> 'VARCHAR')) = 0`;
          const filler = args[2] === undefined ? `CASE WHEN ${texts} THEN to_json('') END` : jsonValue(args[2]);
          return once(long(at(args, 1)), '_kql_n', (n) => {
            // No amount is too large to be added to.
            const by =
              kind === 'rotate'
                ? `${n} % len(${l}) * ${direction}`
                : `greatest(least(${n}, len(${l})), -len(${l})) * ${direction}`;
            const index =
              kind === 'rotate' ? `((_kql_i + ${by}) % len(${l}) + len(${l})) % len(${l}) + 1` : `_kql_i + ${by} + 1`;
            const value =
              kind === 'rotate'
                ? `${l}[${index}]`
                : `CASE WHEN ${index} BETWEEN 1 AND len(${l}) THEN ${l}[${index}] ELSE ${filler} END`;
            return (
              `CASE WHEN ${isArray(j)} AND ${n} IS NOT NULL ` +
              `THEN to_json(list_transform(range(len(${l})), lambda _kql_i: ${value})) END`
            );
          });
        }),
      );
    },
  };
}

/** `array_sum`: the numbers' sum as a real, null where an element is not a number or none is there. */
const sum = ofArray((j) => {
  const numbers = `list_transform(${elements(j)}, lambda _kql_e: CASE WHEN json_type(_kql_e) IN ('UBIGINT', 'BIGINT', 'DOUBLE') THEN CAST(json_extract_string(_kql_e, '$') AS DOUBLE) END)`;
  return once(
    numbers,
    '_kql_n',
    (n) => `CASE WHEN len(list_filter(${n}, lambda _kql_e: _kql_e IS NULL)) = 0 THEN list_sum(${n}) END`,
  );
});

/** `array_iff(conditions, thens, elses)`, element by element; a scalar serves every place. */
const choose: ScalarFunction = {
  emit(args) {
    const pick = (arg: Arg) =>
      arg.type === 'dynamic'
        ? `CASE WHEN ${isArray(arg.sql)} THEN ${elements(arg.sql)}[_kql_i] ELSE ${arg.sql} END`
        : jsonValue(arg);
    return once(at(args, 0).sql, '_kql_j', (j) => {
      const condition = `${elements(j)}[_kql_i]`;
      const branches = `CASE WHEN json_type(${condition}) = 'BOOLEAN' THEN CASE WHEN json_extract_string(${condition}, '$') = 'true' THEN ${pick(at(args, 1))} ELSE ${pick(at(args, 2))} END WHEN json_type(${condition}) IN ('UBIGINT', 'BIGINT') THEN CASE WHEN json_extract_string(${condition}, '$') <> '0' THEN ${pick(at(args, 1))} ELSE ${pick(at(args, 2))} END WHEN json_type(${condition}) = 'DOUBLE' THEN CASE WHEN CAST(json_extract_string(${condition}, '$') AS DOUBLE) <> 0 THEN ${pick(at(args, 1))} ELSE ${pick(at(args, 2))} END END`;
      return `CASE WHEN ${isArray(j)} THEN to_json(list_transform(range(1, len(${elements(j)}) + 1), lambda _kql_i: ${branches})) END`;
    });
  },
};

/** `zip(array, …)`: the n-th elements together, padded with null. */
const zip: ScalarFunction = {
  emit(args, call) {
    if (args.some((arg) => arg.type !== 'dynamic')) return call.refuse('zip takes arrays');
    const lists = args.map((arg) => `coalesce(${elements(arg.sql)}, [])`);
    const row = args.map((_, i) => `_kql_z[${i + 1}]`);
    return `to_json(list_transform(list_zip(${lists.join(', ')}), lambda _kql_z: [${row.join(', ')}]))`;
  },
};

/** `strcat_array(array, delimiter)`: the elements' texts. */
const join: ScalarFunction = {
  emit: (args) =>
    once(at(args, 0).sql, '_kql_j', (j) => {
      // `array_to_string` takes a constant delimiter only.
      const delimiter = text(at(args, 1));
      const each = `list_transform(${elements(j)}, lambda _kql_e: ${delimiter} || coalesce(json_extract_string(_kql_e, '$'), ''))`;
      const joined = `substring(array_to_string(${each}, ''), length(${delimiter}) + 1)`;
      return `CASE WHEN ${isArray(j)} THEN ${joined} ELSE '' END`;
    }),
  nullable: never,
};

/** `range(from, to[, step])` as an array: the end is inside, at most 1 048 576 elements. The step is 1, an hour between
 *  datetimes and between timespans. */
const range: ScalarFunction = {
  emit(args, call) {
    const [from, to] = [at(args, 0), at(args, 1)];
    const ticks = isTicks(from.type);
    if (from.type === 'real' || to.type === 'real' || args[2]?.type === 'real') {
      return call.refuse('range makes an array of whole numbers or times here', 'use the range operator');
    }
    if (
      ticks
        ? to.type !== from.type || (args[2] !== undefined && args[2].type !== 'timespan')
        : !args.every((arg) => isInteger(arg.type))
    )
      return call.refuse(`range from a ${from.type} to a ${to.type}`, 'cast them to one type');
    const step = args[2] === undefined ? (ticks ? 36_000_000_000n : 1n) : constantInteger(args[2]);
    if (step === undefined || step === 0n) return call.refuse('range needs a constant step other than 0');
    return once(long(from), '_kql_f', (first) => {
      // Cut before the list is made: an end may be a thousand million away.
      const beyond = step > 0n ? '>' : '<';
      const last = `CAST(${first} AS HUGEINT) + ${step * 1_048_576n}`;
      const end = `CASE WHEN ${long(to)} ${beyond} ${last} THEN CAST(${last} AS BIGINT) ELSE ${long(to)} END`;
      const list = `list_slice(generate_series(${first}, ${end}, ${bigint(step)}), 1, 1048576)`;
      if (!ticks) return `to_json(${list})`;
      const item: Arg = { sql: '_kql_i', type: from.type, nullable: false, span: call.span };
      return `to_json(list_transform(${list}, lambda _kql_i: ${jsonValue(item)}))`;
    });
  },
};

/** Elements that Kusto puts into one array (range-function.md). */
const elementsMost = 1_048_576;

/** `repeat(value, count)`: an array; of a negative count null. */
const repeat: ScalarFunction = {
  emit(args, call) {
    if (at(args, 0).type === 'dynamic') return call.refuse('Kusto does not repeat a dynamic value', 'repeat its text');
    return once(jsonValue(at(args, 0)), '_kql_v', (v) =>
      once(
        long(at(args, 1)),
        '_kql_n',
        (n) =>
          `CASE WHEN ${n} > ${elementsMost} THEN error('WK002: repeat: more than ${elementsMost} elements') WHEN ${n} >= 0 THEN to_json(list_transform(range(${n}), lambda _kql_i: ${v})) END`,
      ),
    );
  },
};

const length = ofArray((j) => `CAST(json_array_length(${j}) AS BIGINT)`);

export const arrayFunctions: Readonly<Record<string, ScalarFunction>> = {
  pack_array: packArray,
  array_length: length,
  arraylength: length,
  array_concat: concat,
  array_slice: slice,
  array_index_of: arrayIndexOf,
  array_split: arraySplit,
  array_reverse: ofArray((j) => `to_json(list_reverse(${elements(j)}))`),
  array_shift_left: moved('shift', 1),
  array_shift_right: moved('shift', -1),
  array_rotate_left: moved('rotate', 1),
  array_rotate_right: moved('rotate', -1),
  array_sort_asc: sorted('ASC'),
  array_sort_desc: sorted('DESC'),
  array_sum: sum,
  array_iff: choose,
  array_iif: choose,
  zip,
  strcat_array: join,
  array_strcat: join,
  range,
  repeat,
};
