import { defenderSchema, type Product, sentinelSchema, sentinelTables } from '@weir/kql';
import { weirSchema } from '../tables/index.ts';
import type { Detection } from './readDetection.ts';

/** Names that only Weir's tables have, those aside that published queries take Defender's tables to have. */
const weirsOwn = new RegExp(`\\b(?:${weirNames().join('|')})\\b`);

/** Where a detection is meant to run, where nobody says: Weir, if it has a section or names columns that only Weir's
 *  tables have; Sentinel for a rule in its format; Defender or Sentinel by time column and tables for a query alone. */
export function productOf(detection: Detection): Product {
  if (detection.kind === 'unreadable') return 'defender';
  if (detection.kind === 'rule' && detection.hasWeirSection) return 'weir';
  if (weirsOwn.test(detection.query)) return 'weir';
  if (detection.kind === 'rule') return 'sentinel';
  const { query } = detection;
  if (/\bTimeGenerated\b/.test(query)) return 'sentinel';
  const namesSentinels = [...query.matchAll(/\b[A-Z]\w+\b/g)].some(([word]) => sentinelTables.has(word));
  return namesSentinels && !/\bTimestamp\b/.test(query) ? 'sentinel' : 'defender';
}

function weirNames(): readonly string[] {
  const elsewhere = new Set(
    [defenderSchema, sentinelSchema].flatMap(({ tables }) => Object.values(tables).flat()).map(({ name }) => name),
  );
  const mistaken = new Set(['BytesSent', 'BytesReceived', 'AccountName', 'Site', 'Service']);
  const own = Object.entries(weirSchema.tables).flatMap(([table, columns]) =>
    table === 'DeviceNetworkEvents' ? columns.map(({ name }) => name) : [],
  );
  return [...own.filter((name) => !elsewhere.has(name) && !mistaken.has(name)), 'NetworkFlows'];
}
