import { sqlText } from '../../engine/sql.ts';
import type { Format, Sample } from '../format.ts';
import { firstVerdict, ignored, ignoredBy, type Mapping, otherForm, rejected } from '../mapping.ts';
import { jsonReading } from '../reading.ts';
import { inner, wrappers } from '../rows.ts';
import { isOneOf } from '../sql/words.ts';
import { addressSpellings, type Fields, type Vector } from './columns.ts';
import { closedLog, closedLogSql, logByFields, logByName, logByPath, logOfPath, usedLogs } from './logs.ts';

/** Zeek's JSON, plain or streamed (`_path`), also of several logs in one file, and inside the records of a collector. */
export const zeekJson: Format = {
  id: 'zeek-json',
  title:
    'Zeek logs (conn, dns, http, ssl, quic, files) as JSON, one log or several in a file, also as text in Corelight_CL of Sentinel',
  gives: [
    'payload bytes both ways',
    'connection state',
    'host names from TLS, QUIC and HTTP',
    'DNS answers',
    'sizes of files and request bodies in clear text',
  ],
  lacks: ['process', 'account', 'device'],
  recognise: ({ objects, layout, name }: Sample) => {
    for (const wrapper of [undefined, ...wrappers]) {
      const logs = objects.flatMap((object) => {
        const records = wrapper === undefined ? [object] : inner(object, wrapper);
        return records.filter(isZeek).map((record) => logOf(record) || logBeside(object) || logByName(name));
      });
      if (logs.length * 2 <= objects.length) continue;
      const named = logs.filter((log) => log !== '');
      const usual = mostFrequent(named);
      const isMixed = new Set(named.map(closedLog)).size > 1;
      return {
        format: `zeek-json ${new Set(named).size > 1 ? 'mixed' : usual.slice(0, 40) || 'log'}`,
        shape: {
          kind: layout === 'lines' ? 'json-lines' : 'json-elements',
          job: (options) => {
            const reading = jsonReading(options);
            const { columns } = reading;
            const raw = wrapper === undefined ? columns : columns.within(wrapper);
            const beside = wrapper === undefined ? 'NULL' : logOfPath(columns.text('log_file'));
            return { reading, mapping: { ...zeekJsonMapping(raw, closedLog(usual), beside), isMixed } };
          },
        },
      };
    }
    return undefined;
  },
};

function isZeek(record: object): boolean {
  if (!('ts' in record)) return false;
  return (
    'uid' in record ||
    'fuid' in record ||
    '_path' in record ||
    '@stream' in record ||
    addressSpellings.slice(0, 2).some((key) => key in record) ||
    ('id' in record && typeof record.id === 'object' && 'orig_h' in Object(record.id))
  );
}

function logOf(record: object): string {
  if ('_path' in record && typeof record._path === 'string') return record._path;
  if ('@stream' in record && typeof record['@stream'] === 'string') return record['@stream'];
  return logByFields(Object.keys(record));
}

/** The log that a path beside the record names, as Corelight's connector for Sentinel has it. */
function logBeside(object: object): string {
  return 'log_file' in object && typeof object.log_file === 'string' ? logByPath(object.log_file) : '';
}

/** A JSON array as a list of texts. */
const jsonVector: Vector = (text) =>
  `CASE WHEN starts_with(${text}, '[') THEN TRY(from_json(${text}, '["VARCHAR"]')) WHEN ${text} IS NOT NULL THEN [${text}] END::VARCHAR[]`;

/** Records of any of Zeek's logs, each judged by its own log. `usual` is the log of records that neither name one nor
 *  have telling keys, and the one whose table is written first; `beside` is SQL of the one that something beside the
 *  record names. */
export function zeekJsonMapping(raw: Fields, usual: string, beside: string): Mapping {
  const byKeys = Object.entries(usedLogs).map(
    ([log, { keys }]) => `WHEN coalesce(${keys.map((key) => raw.verbatim(key)).join(', ')}) IS NOT NULL THEN '${log}'`,
  );
  const log = `coalesce(${raw.text('_path', '@stream')}, ${beside}, CASE ${byKeys.join(' ')} END)`;
  const parts = Object.entries(usedLogs).map(([name, used]) => ({ name, ...used.toMapping(raw, jsonVector) }));
  const usualFirst = [...parts].sort((a, b) => Number(b.name === usual) - Number(a.name === usual));
  return {
    stage: Object.assign(
      { log: `coalesce(${closedLogSql(log)}, ${sqlText(usual)})` },
      ...parts.map((part) => part.stage),
    ),
    facts: Object.assign({}, ...parts.map((part) => part.facts)),
    verdict: firstVerdict([
      [
        `${isOneOf('log', ['', ...parts.map(({ name }) => name)])} AND coalesce(time_text, origin) IS NULL`,
        rejected(otherForm),
      ],
      ...parts.map(({ name, verdict }): [string, string] => [`log = '${name}'`, verdict]),
      ["log = ''", ignored('of no log that Weir uses')],
      ['true', ignoredBy("'Weir does not use Zeek ' || left(log, 60) || ' logs'")],
    ]),
    outputs: usualFirst.flatMap(({ name, outputs }) =>
      outputs.map(({ alongside, ...output }) => ({
        ...output,
        ...(name === usual && alongside ? { alongside } : {}),
        where: `log = '${name}'${output.where ? ` AND ${output.where}` : ''}`,
      })),
    ),
  };
}

function mostFrequent(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}
