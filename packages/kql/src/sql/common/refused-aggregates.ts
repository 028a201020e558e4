import type { Aggregate } from '../emit.ts';

/** Aggregates that hold a sketch or a schema have no counterpart here. */
const advice: Readonly<Record<string, string>> = {
  hll: 'use dcount',
  hll_if: 'use dcountif',
  hll_merge: 'use dcount over the rows',
  tdigest: 'use percentile',
  tdigest_merge: 'use percentile over the rows',
  buildschema: 'list the keys with bag_keys and make_set',
  percentilew: 'repeat the rows by their weight',
  percentilesw: 'repeat the rows by their weight',
};

export const refusedAggregates: Readonly<Record<string, Aggregate>> = Object.fromEntries(
  Object.entries(advice).map(([name, text]) => [
    name,
    { emit: (_args, call) => call.refuse(`${name} is not supported`, text) } satisfies Aggregate,
  ]),
);
