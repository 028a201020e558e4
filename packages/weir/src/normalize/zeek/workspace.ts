import type { Format } from '../format.ts';
import type { RawColumns } from '../reading.ts';
import { recogniseRows } from '../rows.ts';
import type { Fields } from './columns.ts';
import { zeekJsonMapping } from './json.ts';
import { closedLog, logByFields, usedLogs } from './logs.ts';

/** Tables of Corelight's exporter in a Log Analytics workspace (`Corelight_v2_conn_CL`): Zeek's fields as columns that
 *  end in their type, `id_orig_h_s`, `orig_bytes_d`; the time is `TimeGenerated`. */
export const corelightTables: Format = {
  id: 'corelight',
  title: "Corelight's tables in Sentinel (Corelight_v2_conn_CL and its like), as JSON, CSV or Parquet",
  gives: ['what the Zeek logs give: payload bytes both ways, connection state, host names, DNS answers'],
  lacks: ['process', 'account', 'device'],
  recognise: (sample) =>
    recogniseRows(sample, {
      nameOf: (names) =>
        names.includes('uid_s') && (names.includes('id_orig_h_s') || names.includes('fuid_s'))
          ? `corelight ${logsOf(names)[0] ?? 'log'}`
          : undefined,
      mapping: (raw, names) => {
        const logs = logsOf(names);
        const table = `regexp_extract(${raw.text('Type')}, '^Corelight_v2_(.+)_CL$', 1)`;
        const mapping = zeekJsonMapping(unsuffixed(raw), closedLog(logs[0] ?? ''), `nullif(${table}, '')`);
        return { ...mapping, isMixed: logs.length > 1 };
      },
      unknown: ['', '-'],
    }),
};

/** The logs of which columns have fields, the one with the most first. */
function logsOf(columns: readonly string[]): string[] {
  const fields = columns.map((column) => column.replace(/_[a-z]$/, ''));
  const telling = Object.values(usedLogs).flatMap(({ keys }) => fields.filter((field) => keys.includes(field)));
  const counts = Map.groupBy(telling, (field) => logByFields([field]));
  return [...counts].sort((a, b) => b[1].length - a[1].length).map(([log]) => log);
}

function unsuffixed(raw: RawColumns): Fields {
  const columns = (name: string): string[] =>
    name === 'ts'
      ? ['ts_t', 'TimeGenerated', 'TimeGenerated [UTC]']
      : ['s', 'd', 'b', 't'].map((suffix) => `${name.replace('.', '_')}_${suffix}`);
  const text: Fields['text'] = (...names) => raw.text(...new Set(names.flatMap(columns)));
  return {
    text,
    dotted: text,
    verbatim: (...names) => raw.verbatim(...new Set(names.flatMap(columns))),
  };
}
