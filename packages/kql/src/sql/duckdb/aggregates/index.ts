import { refusedAggregates } from '../../common/refused-aggregates.ts';
import type { Aggregate } from '../../emit.ts';
import { basicAggregates } from './basic.ts';
import { collectionAggregates } from './collections.ts';
import { rowAggregates } from './rows.ts';
import { sketchAggregates } from './sketches.ts';

/** KQL's aggregates by name, older spellings included. */
export const aggregates: Readonly<Record<string, Aggregate>> = {
  ...refusedAggregates,
  ...basicAggregates,
  ...collectionAggregates,
  ...rowAggregates,
  ...sketchAggregates,
};
