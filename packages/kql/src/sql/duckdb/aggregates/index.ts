import type { Aggregate } from '../../emit.ts';
import { basicAggregates } from './basic.ts';
import { collectionAggregates } from './collections.ts';
import { rowAggregates } from './rows.ts';

/** Aggregates that hold a sketch or a schema have no counterpart here. */
const advice: Readonly<Record<string, string>> = {
  hll: 'use dcount',
  hll_if: 'use dcountif',
  hll_merge: 'use dcount over the rows',
  tdigest: 'use percentile',
  tdigest_merge: 'use percentile over the rows',
  buildschema: 'list the keys with bag_keys and make_set',
};

const refused: Readonly<Record<string, Aggregate>> = Object.fromEntries(
  Object.entries(advice).map(([name, text]) => [
    name,
    { emit: (_args, call) => call.refuse(`${name} is not supported`, text) } satisfies Aggregate,
  ]),
);

/** KQL's aggregates by name, older spellings included. */
export const aggregates: Readonly<Record<string, Aggregate>> = {
  ...basicAggregates,
  ...collectionAggregates,
  ...rowAggregates,
  ...refused,
};
