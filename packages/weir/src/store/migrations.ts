import { accessTables } from './schema/access.ts';
import { alertTables } from './schema/alerts.ts';
import { fusionTables } from './schema/fusion.ts';
import { lakeTables } from './schema/lake.ts';
import { runTables } from './schema/runs.ts';

/** SQL that brings a store from each version to the next, in order. A released one is never edited: a change is a new one. */
export const migrations: readonly string[] = [
  [lakeTables, fusionTables, runTables, alertTables, accessTables].join('\n'),
  // Kept days had one rollup and have several: they are reckoned anew.
  'UPDATE egress_day SET retired = (SELECT seq FROM manifest) WHERE retired IS NULL;',
];
