import type { RowFormat } from '../../rows.ts';
import { syslogMessage, withoutSyslog } from '../../sql/syslog.ts';
import { unlessUnknown } from '../../sql/words.ts';
import type { TextFormat } from '../../texts.ts';
import type { HeadlessFormat } from '../headless.ts';
import { type FieldName, fieldNames, unknownSpellings, zscalerMapping } from './mapping.ts';

/** Fields that feeds of Zscaler have and other logs with sizes of requests do not. */
const own = [
  'urlcat',
  'urlclass',
  'urlsupercat',
  'urlcategory',
  'appclass',
  'cip',
  'cltip',
  'cintip',
  'ruletype',
  'dlpeng',
];

/** A feed of JSON: its fields bare, or in the `event` of Splunk's collector. */
export const zscalerRows: RowFormat = {
  nameOf: (names) => {
    const has = (...fields: FieldName[]): boolean =>
      fields.every((field) => fieldNames[field].some((name) => spelled(name, names).length > 0));
    const timed = has('time') || has('epoch');
    return timed && has('sent', 'received', 'action') && own.some((name) => spelled(name, names).length > 0)
      ? 'zscaler'
      : undefined;
  },
  unknown: unknownSpellings,
  mapping: (raw, names) =>
    zscalerMapping(raw, (field) =>
      raw.text(...fieldNames[field].flatMap((name) => [...new Set([name, ...spelled(name, names)])])),
    ),
};

/** A field's name as records spell it: feeds write `ClientIP` as well as `clientip`, and JSON tells them apart. */
function spelled(name: string, names: readonly string[]): string[] {
  return names.filter((each) => each.toLowerCase() === name.toLowerCase());
}

const telling = [/(?:^|\t)(reqsize|requestsize)=/i, /(?:^|\t)(respsize|responsesize)=/i, /(?:^|\t)action=/];
const leef = /^LEEF:[0-9.]+\|Zscaler\|NSS/;

/** A feed of `key=value` between tabs, or of QRadar's LEEF; a time may stand in front without a key. */
export const zscalerTexts: TextFormat = {
  nameOf: (texts) => {
    const lines = texts.map(withoutSyslog);
    const found = lines.filter((line) => leef.test(line) || telling.every((sign) => sign.test(line)));
    return found.length * 2 > lines.length ? 'zscaler keyed' : undefined;
  },
  mapping: (text, raw) => {
    const message = raw.once(syslogMessage(text));
    const known = (value: string): string => unlessUnknown(value, unknownSpellings);
    const keyed = (name: FieldName): string => {
      const pattern = `(?i)(?:^|[\t|])(?:${fieldNames[name].join('|')})="?([^\t"]*)`;
      return known(raw.once(`regexp_extract(${message}, '${pattern}', 1)`));
    };
    const front = raw.once(`regexp_extract(${message}, '^"?([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8})', 1)`);
    return zscalerMapping(raw, (name) =>
      name === 'time' ? `coalesce(${keyed('time')}, ${known(front)})` : keyed(name),
    );
  },
};

const csvColumns = [
  ...['time', 'login', 'proto', 'eurl', 'action', 'appname', 'appclass', 'reqsize', 'respsize', 'stime', 'ctime'],
  ...['urlclass', 'urlsupercat', 'urlcat', 'malwarecat', 'threatname', 'riskscore', 'dlpeng', 'dlpdict', 'location'],
  ...['dept', 'cip', 'sip', 'reqmethod', 'respcode', 'ua'],
];

/** The default feed of CSV, whose order Zscaler documents. */
export const zscalerCsv: HeadlessFormat = {
  name: 'zscaler',
  columns: csvColumns,
  added: [],
  is: (cells) =>
    /^[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d \d{4}$/.test(cells[0] ?? '') &&
    /^(allowed|blocked)$/i.test(cells[4] ?? '') &&
    cells.slice(7, 11).every((cell) => /^\d*$/.test(cell)) &&
    /^([0-9.]+|[0-9a-f:]+|NA|None)$/i.test(cells[21] ?? ''),
  mapping: (raw) => zscalerMapping(raw, (name) => raw.text(...fieldNames[name])),
};
