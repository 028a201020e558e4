import { accessTables } from './schema/access.ts';
import { ageTimeTable } from './schema/ageTime.ts';
import { alertTables } from './schema/alerts.ts';
import { behindGaps } from './schema/behindGaps.ts';
import { confirmedIndex } from './schema/confirmed.ts';
import { storyFacets } from './schema/facets.ts';
import { fusionTables } from './schema/fusion.ts';
import { huntTables } from './schema/hunts.ts';
import { journalLossTable } from './schema/journalLoss.ts';
import { lakeTables } from './schema/lake.ts';
import { lastingGaps } from './schema/lastingGaps.ts';
import { readerColumns } from './schema/readers.ts';
import { ruleCopyTables } from './schema/ruleCopies.ts';
import { ruleTables } from './schema/rules.ts';
import { runTables } from './schema/runs.ts';
import { tellerClockTables } from './schema/tellerClocks.ts';

/** SQL that brings a store from each version to the next, in order. A released one is never edited: a change is a new one. */
export const migrations: readonly string[] = [
  [lakeTables, fusionTables, runTables, ruleTables, alertTables, accessTables].join('\n'),
  huntTables,
  ruleCopyTables,
  confirmedIndex,
  journalLossTable,
  lastingGaps,
  tellerClockTables,
  storyFacets,
  ageTimeTable,
  readerColumns,
  behindGaps,
];
