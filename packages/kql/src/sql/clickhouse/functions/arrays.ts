import { at, constantInteger, isInteger, isTicks, never } from '../../common/arguments.ts';
import type { Arg, ScalarFunction } from '../../emit.ts';
import { arrayOf, elements, isArray, isNumber, isText, jsonValue } from './json.ts';
import { dynamicText, int64, joined, lambda, long, mapped, once, text, unless } from './values.ts';

/** Something of an array; of anything else null. */
function ofArray(body: (array: string, args: readonly Arg[]) => string): ScalarFunction {
  return {
    emit(args, call) {
      // Microsoft's binder lets `array_length` take anything.
      if (at(args, 0).type !== 'dynamic') return call.refuse(`${call.name} takes an array`);
      return once(at(args, 0).sql, '_kql_j', (j) => `if(${isArray(j)}, ${body(j, args)}, NULL)`);
    },
  };
}

const packArray: ScalarFunction = {
  emit: (args) =>
    args.length === 0 ? `'[]'` : arrayOf(`[${args.map((arg) => `toNullable(${jsonValue(arg)})`).join(', ')}]`),
  nullable: never,
};

/** The elements of all the arrays; a dynamic that is not an array adds nothing. */
const concat: ScalarFunction = {
  emit: (args) => {
    const any = args.map((arg) => `ifNull(${isArray(arg.sql)}, false)`).join(' OR ');
    return `if(${any}, ${arrayOf(`arrayConcat(${args.map((arg) => elements(arg.sql)).join(', ')})`)}, NULL)`;
  },
};

/** `array_slice(array, from, to)`: both ends inside, negative ones from the end. */
const slice = ofArray((j, args) =>
  once(elements(j), '_kql_l', (l) => {
    const size = `toInt64(length(${l}))`;
    const bound = (arg: Arg) =>
      once(long(arg), '_kql_b', (b) => `multiIf(${b} < 0, ${size} + ${b}, ${b} > ${size}, ${size}, ${b})`);
    return once(bound(at(args, 1)), '_kql_f', (from) =>
      once(bound(at(args, 2)), '_kql_t', (to) => {
        const start = `greatest(${from}, 0)`;
        const part = `arraySlice(${l}, toInt64(assumeNotNull(${start})) + 1, toInt64(assumeNotNull(greatest(${to} - ${start} + 1, 0))))`;
        return `if(isNull(${from}) OR isNull(${to}), NULL, ${arrayOf(part)})`;
      }),
    );
  }),
);

/** `array_index_of(array, value[, start[, length[, occurrence]]])`: by the typed value, -1 for none. A negative start
 *  counts from the end, a length of -1 has no limit; a length below -1 and a negative occurrence make null. */
const indexOf: ScalarFunction = {
  emit(args, call) {
    const value = `ifNull(${jsonValue(at(args, 1))}, '')`;
    const [start, length, occurrence] = [args[2], args[3], args[4]];
    if (constantInteger(occurrence) === 0n) return call.refuse('array_index_of counts occurrences from 1');
    return once(at(args, 0).sql, '_kql_j', (j) =>
      once(elements(j), '_kql_l', (l) => {
        if (start === undefined) return `if(${isArray(j)}, toInt64(indexOf(${l}, ${value})) - 1, NULL)`;
        const size = `toInt64(length(${l}))`;
        const begin = once(long(start), '_kql_s', (s) => `if(${s} < 0, greatest(${size} + ${s}, 0), ${s})`);
        return once(begin, '_kql_f', (from) =>
          once(length === undefined ? int64(-1) : long(length), '_kql_n', (count) =>
            once(occurrence === undefined ? int64(1) : long(occurrence), '_kql_o', (nth) => {
              const inside = lambda(
                '_kql_i',
                (i) =>
                  `toInt64(${i}) > ${from} AND (${count} = -1 OR toInt64(${i}) <= ${from} + ${count}) AND ${l}[${i}] = ${value}`,
              );
              const places = `arrayFilter(${inside}, arrayEnumerate(${l}))`;
              const known = `${isArray(j)} AND isNotNull(${from}) AND ${count} >= -1 AND ${nth} > 0`;
              return `if(${known}, toInt64(${places}[assumeNotNull(${nth})]) - 1, NULL)`;
            }),
          ),
        );
      }),
    );
  },
};

/** `array_split(array, index or indexes)`: negative indexes count from the end. */
const split: ScalarFunction = {
  emit(args, call) {
    const cuts = at(args, 1);
    if (cuts.type !== 'dynamic' && !isInteger(cuts.type))
      return call.refuse(`array_split at a ${cuts.type}`, 'give whole numbers');
    const given =
      cuts.type === 'dynamic'
        ? once(
            cuts.sql,
            '_kql_c',
            (c) =>
              `if(${isArray(c)}, ${mapped(elements(c), (e) => `toInt64OrNull(${e})`)}, [toInt64OrNull(ifNull(${c}, ''))])`,
          )
        : `[toNullable(${long(cuts)})]`;
    return once(at(args, 0).sql, '_kql_j', (j) =>
      once(elements(j), '_kql_l', (l) => {
        const size = `toInt64(length(${l}))`;
        const placed = mapped(given, (c) => `if(${c} < 0, greatest(${size} + ${c}, 0), least(${c}, ${size}))`);
        return once(given, '_kql_g', (g) =>
          once(`arrayConcat([toInt64(0)], ${placed}, [${size}])`, '_kql_b', (b) => {
            const part = lambda('_kql_i', (i) => {
              const [from, to] = [`assumeNotNull(${b}[${i}])`, `assumeNotNull(${b}[${i} + 1])`];
              return arrayOf(`arraySlice(${l}, ${from} + 1, greatest(${to} - ${from}, 0))`);
            });
            const parts = arrayOf(`arrayMap(${part}, range(1, length(${b})))`);
            return `if(${isArray(j)} AND NOT arrayExists(_kql_x -> isNull(_kql_x), ${g}), ${parts}, NULL)`;
          }),
        );
      }),
    );
  },
};

/** Shifting and rotating; `amount` is positive to the left. A shift fills up with null, an array of texts with `''`. */
function moved(kind: 'shift' | 'rotate', direction: 1 | -1): ScalarFunction {
  return ofArray((j, args) =>
    once(elements(j), '_kql_l', (l) =>
      once(`(${long(at(args, 1))} * ${direction})`, '_kql_b', (by) => {
        const texts = `notEmpty(${l}) AND arrayAll(${lambda('_kql_e', isText)}, ${l})`;
        const filler = args[2] === undefined ? `if(${texts}, '""', NULL)` : jsonValue(args[2]);
        const value = (i: string) =>
          kind === 'rotate'
            ? `${l}[toInt64(positiveModulo(toInt64(${i}) + assumeNotNull(${by}) % greatest(toInt64(length(${l})), 1), toInt64(length(${l})))) + 1]`
            : `if(toInt64(${i}) + ${by} BETWEEN 0 AND toInt64(length(${l})) - 1, ${l}[toInt64(${i}) + assumeNotNull(${by}) + 1], ${filler})`;
        const list = `arrayMap(${lambda('_kql_i', value)}, range(length(${l})))`;
        return `if(isNull(${by}), NULL, ${arrayOf(list)})`;
      }),
    ),
  );
}

/** Ascending or descending by one type: numbers by value, texts by code point; nulls last unless told otherwise. Two
 *  types in one array have no documented order: the query stops with an error there. */
function sorted(direction: 'asc' | 'desc'): ScalarFunction {
  return {
    emit(args, call) {
      if (args.length > 2 || (args[1] !== undefined && args[1].type !== 'bool')) {
        return call.refuse(`${call.name} sorts one array here`, 'sort the rows with mv-expand and sort by');
      }
      const nullsLast = args[1] === undefined ? true : args[1].constant;
      if (typeof nullsLast !== 'boolean') return call.refuse(`${call.name} needs a constant for the place of nulls`);
      return once(at(args, 0).sql, '_kql_j', (j) =>
        once(elements(j), '_kql_l', (all) => {
          const known = `arrayFilter(_kql_e -> _kql_e != 'null', ${all})`;
          const nulls = `arrayFilter(_kql_e -> _kql_e = 'null', ${all})`;
          const sort = direction === 'asc' ? 'arraySort' : 'arrayReverseSort';
          const byText = `${sort}(${lambda('_kql_e', (e) => `JSONExtractString(${e})`)}, ${known})`;
          const byNumber = `${sort}(${lambda('_kql_e', (e) => `toFloat64OrZero(${e})`)}, ${known})`;
          const every = (test: (e: string) => string) => `arrayAll(${lambda('_kql_e', test)}, ${known})`;
          const message = `WK002: ${call.name}: an array of numbers only or of texts only is sorted here`;
          const list = `multiIf(${every(isText)}, ${byText}, ${every(isNumber)}, ${byNumber}, throwIf(${isArray(j)} AND NOT ${every(isText)} AND NOT ${every(isNumber)}, '${message}') = 0, [], [])`;
          return `if(${isArray(j)}, ${arrayOf(`arrayConcat(${nullsLast ? `${list}, ${nulls}` : `${nulls}, ${list}`})`)}, NULL)`;
        }),
      );
    },
  };
}

/** `array_sum`: the numbers' sum as a real, null where an element is not a number or none is there. */
const sum = ofArray((j) =>
  once(elements(j), '_kql_l', (l) => {
    const numbers = `notEmpty(${l}) AND arrayAll(${lambda('_kql_e', isNumber)}, ${l})`;
    return `if(${numbers}, arraySum(${lambda('_kql_e', (e) => `toFloat64OrZero(${e})`)}, ${l}), NULL)`;
  }),
);

/** `array_iff(conditions, thens, elses)`, element by element; a scalar serves every place. */
const choose: ScalarFunction = {
  emit(args) {
    const pick = (arg: Arg, i: string) =>
      arg.type === 'dynamic'
        ? once(arg.sql, '_kql_a', (a) => `if(${isArray(a)}, ${elements(a)}[${i}], ${a})`)
        : jsonValue(arg);
    return once(at(args, 0).sql, '_kql_j', (j) =>
      once(elements(j), '_kql_l', (l) => {
        const value = lambda('_kql_i', (i) => {
          const [condition, yes, no] = [`${l}[${i}]`, pick(at(args, 1), i), pick(at(args, 2), i)];
          const nothing = (sql: string) => `nullIf(${sql}, '')`;
          const isFalse = `(${condition} = 'false' OR ${isNumber(condition)} AND toFloat64OrZero(${condition}) = 0)`;
          return `multiIf(${condition} NOT IN ('true', 'false') AND NOT ${isNumber(condition)}, NULL, ${isFalse}, ${nothing(no)}, ${nothing(yes)})`;
        });
        return `if(${isArray(j)}, ${arrayOf(`arrayMap(${value}, arrayEnumerate(${l}))`)}, NULL)`;
      }),
    );
  },
};

/** `zip(array, …)`: the n-th elements together, padded with null. */
const zip: ScalarFunction = {
  emit(args, call) {
    if (args.some((arg) => arg.type !== 'dynamic')) return call.refuse('zip takes arrays');
    return once(`[${args.map((arg) => elements(arg.sql)).join(', ')}]`, '_kql_z', (z) => {
      const row = lambda('_kql_i', (i) =>
        arrayOf(`arrayMap(_kql_a -> if(_kql_a[${i}] = '', 'null', _kql_a[${i}]), ${z})`),
      );
      return arrayOf(`arrayMap(${row}, range(1, toUInt64(arrayMax(_kql_a -> length(_kql_a), ${z})) + 1))`);
    });
  },
};

/** `strcat_array(array, delimiter)`: the elements' texts. */
const join: ScalarFunction = {
  emit: (args) =>
    once(at(args, 0).sql, '_kql_j', (j) => {
      const texts = mapped(elements(j), (e) => dynamicText(`nullIf(${e}, 'null')`));
      return `if(${isArray(j)}, ${joined(texts, text(at(args, 1)), at(args, 1).constant !== undefined)}, '')`;
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
      const distance = `(toInt128(${long(to)}) - ${first})`;
      // `least` would leave a null out.
      const count = `multiIf(isNull(${distance}), NULL, ${distance} ${step > 0n ? '<' : '>'} 0, 0, intDiv(${distance}, ${step}) >= 1048576, 1048576, intDiv(${distance}, ${step}) + 1)`;
      const value = (i: string) => {
        const sql = `(assumeNotNull(${first}) + toInt64(${i}) * ${int64(step)})`;
        return jsonValue({ sql, type: from.type, nullable: false, span: call.span });
      };
      const list = (n: string) => `arrayMap(${lambda('_kql_i', value)}, range(toUInt64(ifNull(${n}, 0))))`;
      return once(count, '_kql_n', (n) => `if(isNull(${n}), NULL, ${arrayOf(list(n))})`);
    });
  },
};

/** Elements that Kusto puts into one array (range-function.md). */
const elementsMost = 1_048_576;

/** `repeat(value, count)`: an array; of a negative count null. */
const repeat: ScalarFunction = {
  emit: (args) =>
    once(long(at(args, 1)), '_kql_n', (n) => {
      const count = `least(greatest(ifNull(${n}, 0), 0), ${elementsMost})`;
      const list = `arrayWithConstant(${count}, ifNull(${jsonValue(at(args, 0))}, 'null'))`;
      const many = `WK002: repeat: more than ${elementsMost} elements`;
      return unless(`${n} > ${elementsMost}`, many, `if(${n} >= 0, ${arrayOf(list)}, NULL)`);
    }),
};

const length = ofArray((j) => `toInt64(length(${elements(j)}))`);

export const arrayFunctions: Readonly<Record<string, ScalarFunction>> = {
  pack_array: packArray,
  array_length: length,
  arraylength: length,
  array_concat: concat,
  array_slice: slice,
  array_index_of: indexOf,
  array_split: split,
  array_reverse: ofArray((j) => arrayOf(`arrayReverse(${elements(j)})`)),
  array_shift_left: moved('shift', 1),
  array_shift_right: moved('shift', -1),
  array_rotate_left: moved('rotate', 1),
  array_rotate_right: moved('rotate', -1),
  array_sort_asc: sorted('asc'),
  array_sort_desc: sorted('desc'),
  array_sum: sum,
  array_iff: choose,
  array_iif: choose,
  zip,
  strcat_array: join,
  array_strcat: join,
  range,
  repeat,
};
