import type { Aggregate } from '../../emit.ts';
import { basicAggregates } from './basic.ts';

/** KQL's aggregates by name, older spellings included. */
export const aggregates: Readonly<Record<string, Aggregate>> = { ...basicAggregates };
