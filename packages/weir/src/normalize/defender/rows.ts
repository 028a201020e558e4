import { csvRows } from '../../source/csvRecords.ts';
import type { Format, Sample } from '../format.ts';
import { recogniseRows } from '../rows.ts';
import { hasDefenderColumns, lackedOfDefender, timeNames, unknownSpellings, whatEndpointsTell } from './columns.ts';
import { defenderMapping, deviceTables, ofNoPortal, tableOfRow } from './mapping.ts';
import { isTimeline, ofTimeline, wholePaths } from './timeline.ts';

/** Rows with Microsoft's columns: what advanced hunting exports (CSV, JSON results) and what Log Analytics holds (rows,
 *  tables, the portal's CSV with US dates), both also as NDJSON or Parquet. */
export const defenderRows: Format = {
  id: 'defender',
  title:
    "Microsoft Defender device events: advanced hunting and Log Analytics rows (CSV, JSON, Parquet), a device's timeline (CSV)",
  gives: whatEndpointsTell,
  lacks: [
    'bytes',
    "the zone of times without one, such as the portal's (Nov 20, 2026 3:13:44 AM): they are taken for UTC",
    'whether day or month comes first in times such as 10/11/2026, 21:43:12 where no time of the file tells: the day is taken to, as portals write it in most languages',
  ],
  recognise: (sample) => {
    const rows = recogniseRows(sample, {
      nameOf: (names) => (hasDefenderColumns(names) ? 'defender' : undefined),
      mapping: (raw, names, written = names) => {
        if (!isTimeline(written)) return defenderMapping(raw, tableOfRow(raw), names);
        const mapping = defenderMapping(raw, tableOfRow(raw), names, 'timeline');
        return { ...mapping, stage: { ...mapping.stage, ...wholePaths(raw) } };
      },
      unknown: unknownSpellings,
      tablesOf: deviceTables,
      named: (names) => (isTimeline(names) ? names.map(ofTimeline) : names),
    });
    return rows && timesOf(sample).some((time) => isOfNoPortal.test(time)) ? { reason: ofNoPortal } : rows;
  },
  lacking: lackedOfDefender,
};

/** A time with its month first in a form that portals write day first: the other times of its file are so too, though their
 *  days may pass for months. */
const isOfNoPortal = /^\d{1,2}\/(?:1[3-9]|2\d|3[01])\/\d{4}, \d{1,2}:\d{2}:\d{2}(?:\.\d+)?(?:[ \u202f][ap]m)?$/;

/** When the rows of a sample say that they were. */
function timesOf({ header, lines, objects }: Sample): string[] {
  const isTime = (name: string): boolean => timeNames.some((time) => time === ofTimeline(name) || time === name);
  if (header) {
    const place = header.names.findIndex(isTime);
    return csvRows(lines.slice(header.lines), header.delimiter).map((cells) => cells[place] ?? '');
  }
  return objects.flatMap((object) =>
    Object.entries(object).flatMap(([name, value]) => (isTime(name) && typeof value === 'string' ? [value] : [])),
  );
}
