import type { KqlType } from '../../../types.ts';
import type { Arg, ScalarFunction } from '../../emit.ts';
import { shareOf, sharesOf } from '../aggregates/rows.ts';
import { at, double, isNumber, never, once } from './values.ts';

/** The elements of all sketches together, each a JSON value. */
function joined(args: readonly Arg[]): string {
  return `flatten([${args.map(({ sql }) => `CAST(${sql} AS JSON[])`).join(', ')}])`;
}

/** What is read from the sketch of no value is not documented: there the query stops. */
function ofSome(list: string, name: string, body: string): string {
  return `CASE WHEN len(${list}) = 0 THEN error('WK002: ${name} of no value is not documented') ELSE ${body} END`;
}

const dcountHll: ScalarFunction = {
  emit: (args, call) =>
    once(joined(args.slice(0, 1)), '_kql_l', (l) => ofSome(l, call.name, `CAST(len(${l}) AS BIGINT)`)),
  nullable: never,
};

/** How many values all sketches have. */
export const dcountIntersect: ScalarFunction = {
  emit: (args) => {
    const sets = args.map((arg) => joined([arg]));
    const common = sets.reduce((left, right) => `list_intersect(${left}, ${right})`);
    const some = `least(${sets.map((set) => `len(${set})`).join(', ')})`;
    return `CASE WHEN ${some} = 0 THEN error('WK002: dcount_intersect of no value is not documented') ELSE CAST(len(${common}) AS BIGINT) END`;
  },
  nullable: never,
};

const hllMerge: ScalarFunction = { emit: (args) => `to_json(list_distinct(${joined(args)}))`, nullable: never };

const tdigestMerge: ScalarFunction = { emit: (args) => `to_json(${joined(args)})`, nullable: never };

/** The pairs of a digest in order of value: `v` to compare by, `w` how often it counts. */
function pairs(digest: Arg): string {
  const [value, weight] = ['$[0]', '$[1]'].map((path) => `json_extract_string(_kql_x, '${path}')`);
  const pair = `{'v': CAST(${value} AS DOUBLE), 'j': json_extract(_kql_x, '$[0]'), 'w': CAST(${weight} AS HUGEINT)}`;
  return `list_sort(list_transform(${joined([digest])}, lambda _kql_x: ${pair}))`;
}

const total = (list: string) => `list_sum(list_transform(${list}, lambda _kql_e: _kql_e.w))`;

/** The JSON value of the nearest rank: the first, in order, up to which the weights reach the share of all. */
function ranked(list: string, share: string): string {
  const step = `CASE WHEN _kql_a.w < ${share} * ${total(list)} THEN {'v': _kql_e.v, 'j': _kql_e.j, 'w': _kql_a.w + _kql_e.w} ELSE _kql_a END`;
  return `list_reduce(${list}, lambda _kql_a, _kql_e: ${step}).j`;
}

const held: Readonly<Partial<Record<KqlType, string>>> = { int: 'INTEGER', long: 'BIGINT', real: 'DOUBLE' };

const percentile: ScalarFunction = {
  emit: (args, call) =>
    once(pairs(at(args, 0)), '_kql_l', (l) => {
      const value = ranked(l, shareOf(args[1], call));
      const type = held[call.type];
      return ofSome(l, call.name, type === undefined ? value : `CAST(json_extract_string(${value}, '$') AS ${type})`);
    }),
  nullable: never,
};

const percentiles: ScalarFunction = {
  emit: (args, call) =>
    once(pairs(at(args, 0)), '_kql_l', (l) => {
      const values = sharesOf(args.slice(1), call).map((share) => ranked(l, share));
      return ofSome(l, call.name, `to_json([${values.join(', ')}])`);
    }),
  nullable: never,
};

/** How many members are not greater than the value (page rank-tdigest-function.md), or which share of them in per cent. */
function rank(percent: boolean): ScalarFunction {
  return {
    emit(args, call) {
      const value = at(args, 1);
      if (!isNumber(value.type) || value.nullable) call.refuse(`${call.name} of this value`, 'write a number');
      return once(pairs(at(args, 0)), '_kql_l', (l) => {
        const lesser = `coalesce(${total(`list_filter(${l}, lambda _kql_f: _kql_f.v <= ${double(value)})`)}, 0)`;
        const count = `CAST(${lesser} AS DOUBLE)`;
        return ofSome(l, call.name, percent ? `100 * ${count} / ${total(l)}` : count);
      });
    },
    nullable: never,
  };
}

export const sketchFunctions: Readonly<Record<string, ScalarFunction>> = {
  dcount_hll: dcountHll,
  hll_merge: hllMerge,
  tdigest_merge: tdigestMerge,
  merge_tdigest: tdigestMerge,
  percentile_tdigest: percentile,
  percentiles_array_tdigest: percentiles,
  rank_tdigest: rank(false),
  percentrank_tdigest: rank(true),
};
