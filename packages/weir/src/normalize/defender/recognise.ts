import { jsonReading } from '../reading.ts';
import type { Recognised } from '../recognised.ts';
import { defenderMapping } from './mapping.ts';

/** Columns of which a table of Microsoft's device events has several. */
const telling = [
  'ActionType',
  'DeviceName',
  'DeviceId',
  'ReportId',
  'InitiatingProcessFileName',
  'AdditionalFields',
  'ReportId_long',
];
const unknown = ['', '-', 'null'];

export function hasDefenderColumns(names: readonly string[]): boolean {
  const timed = names.some((name) => /^(Timestamp|TimeGenerated)( \[UTC\])?$/.test(name));
  const tells = telling.filter((name) => names.includes(name)).length;
  return timed && (names.includes('ActionType') ? tells >= 2 : tells >= 3);
}

/** Rows of advanced hunting or Log Analytics, one object a line. */
export function recogniseDefenderJson(records: readonly object[]): Recognised | undefined {
  const rows = records.filter((record) => hasDefenderColumns(Object.keys(record)));
  if (rows.length * 2 <= records.length) return undefined;
  const logAnalytics = rows.some((row) => Object.keys(row).some((name) => name.startsWith('TimeGenerated')));
  return {
    format: logAnalytics ? 'log-analytics-json' : 'defender-json',
    shape: {
      kind: 'json-lines',
      job: (options) => {
        const reading = jsonReading(options, unknown);
        return { reading, mapping: defenderMapping(reading.columns) };
      },
    },
  };
}
