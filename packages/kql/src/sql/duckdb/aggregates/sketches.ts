import { conditional, single } from '../../common/aggregate-filter.ts';
import type { Aggregate } from '../../emit.ts';
import { at, isInteger, never } from '../functions/values.ts';
import { array, dynamicList, dynamicSet } from './collections.ts';

/** What Kusto keeps as a sketch is kept whole: of `hll` the array of the different values. No query sees one
 *  (lower/sketches.ts). */
const hll = single((args, where, call) => {
  const value = at(args, 0);
  if (value.type === 'dynamic' || value.type === 'real' || value.type === 'decimal') {
    return call.refuse(`${call.name} of a ${value.type}`, 'use dcount over the rows');
  }
  return array(`list(DISTINCT ${value.sql})${where(value.nullable ? `${value.sql} IS NOT NULL` : undefined)}`, value);
}, never);

const hllMerge = single((args, where) => array(dynamicSet(at(args, 0), where), at(args, 0)), never);

/** Of `tdigest` an array of pairs: a value and how often it counts. */
const tdigest = single((args, where, call) => {
  const [value, weight] = [at(args, 0), args[1]];
  if (!isInteger(value.type) && value.type !== 'real') {
    return call.refuse(`${call.name} of a ${value.type}`, 'use percentile over the rows');
  }
  if (weight !== undefined && !isInteger(weight.type)) {
    return call.refuse(`${call.name} with weights of ${weight.type}`, 'write tolong(…)');
  }
  const known = isInteger(value.type) ? `abs(${value.sql}) < 9007199254740992` : `isfinite(${value.sql})`;
  const pair = `json_array(${value.sql}, ${weight?.sql ?? '1'})`;
  const checked = `CASE WHEN NOT (${known}) THEN error('WK002: ${call.name} of a number of this size') ELSE ${pair} END`;
  const counts = weight === undefined ? undefined : `${weight.sql} > 0`;
  return `coalesce(to_json(list(${checked})${where(`${value.sql} IS NOT NULL`, counts)}), CAST('[]' AS JSON))`;
}, never);

const tdigestMerge = single((args, where, call) => array(dynamicList(at(args, 0), where, call), at(args, 0)), never);

export const sketchAggregates: Readonly<Record<string, Aggregate>> = {
  hll,
  hll_if: conditional(hll, 1),
  hll_merge: hllMerge,
  tdigest,
  tdigest_merge: tdigestMerge,
  merge_tdigest: tdigestMerge,
};
