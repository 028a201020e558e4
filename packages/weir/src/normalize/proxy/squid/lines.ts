import { sqlText } from '../../../engine/sql.ts';
import type { RawColumns } from '../../reading.ts';
import { syslogHost } from '../../sql/syslog.ts';

/** The forms of an access log's line that Squid names itself, with the fields that Weir takes from each.
 *
 *  `squid`: end time, milliseconds, client, result/status, bytes to the client, method, URL, user, hierarchy/peer, type.
 *  `common`, `combined`: as web servers have them, with `result:hierarchy` at the end. The layouts are in Squid's
 *  documentation of `logformat`. */
export interface LineForm {
  /** Without a bracket that is no group. */
  readonly pattern: string;
  readonly fields: readonly string[];
}

const result = '((?:TCP|UDP|NONE|TAG|ERR|ICP|SWAPFAIL)[A-Z_]*)';
const hierarchy = '([A-Z][A-Z_]*)';

export const nativeForm: LineForm = {
  pattern: `^ *([0-9]{1,10}[.][0-9]{3}) +(-?[0-9]+) ([^ ]+) ${result}/([0-9]{3}|-) ([0-9]+|-) ([A-Z][A-Z_-]*|-) ([^ ]+) ([^ ]+) ${hierarchy}/([^ ]+) [^ ]+(?: +\\[.*)?$`,
  fields: [
    'time',
    'milliseconds',
    'client',
    'result',
    'status',
    'received',
    'method',
    'url',
    'user',
    'hierarchy',
    'peer',
  ],
};

const common = `^ *([^ ]+) [^ ]+ ([^ ]+) \\[([^\\]]+)\\] "([^ ]+) ([^ ]+) HTTP/[0-9.]+" ([0-9]{3}|-) ([0-9]+|-)`;
const commonFields = ['client', 'user', 'time', 'method', 'url', 'status', 'received'];

export const commonForm: LineForm = {
  pattern: `${common} (?:"(?:[^"\\\\]|\\\\.)*" "(?:[^"\\\\]|\\\\.)*" )?${result}:${hierarchy}$`,
  fields: [...commonFields, 'result', 'hierarchy'],
};

/** SQL of whether a text is of the native form, and of its fields, null where it is not. What the pattern found stands between
 *  blanks: to split there takes the engine a small part of what groups of the pattern take it. */
export function nativeFields(text: string, raw: RawColumns) {
  const withoutGroups = nativeForm.pattern.replace(/\((?!\?)/g, '(?:');
  const isLine = raw.once(`regexp_matches(${text}, ${sqlText(withoutGroups)})`);
  const begin = raw.once(`CASE WHEN ${isLine} THEN ltrim(${text}, ' ') END`);
  const time = raw.once(`split_part(${begin}, ' ', 1)`);
  // Blanks may be several in front of the time and behind it.
  const words = raw.once(`string_split(ltrim(substr(${begin}, length(${time}) + 1), ' '), ' ')`);
  const word = (place: number): string => raw.once(`${words}[${place}]`);
  const hierarchy = raw.once(`split_part(${word(8)}, '/', 1)`);
  return {
    isLine,
    fields: {
      time,
      milliseconds: word(1),
      client: word(2),
      result: `split_part(${word(3)}, '/', 1)`,
      status: `split_part(${word(3)}, '/', 2)`,
      received: word(4),
      method: word(5),
      url: word(6),
      user: word(7),
      hierarchy,
      peer: `substr(${word(8)}, length(${hierarchy}) + 2)`,
    },
  };
}

/** SQL of the struct of a form's fields; empty texts where a line is of another form. */
export function lineFields(text: string, { pattern, fields }: LineForm): string {
  return `regexp_extract(${text}, ${sqlText(pattern)}, [${fields.map(sqlText).join(', ')}])`;
}

/** The field names of the layout that Weir recommends where sizes of uploads are wanted, by Squid's format codes. */
export const ownFields = {
  ts: '%ts.%03tu',
  dur: '%tr',
  client: '%>a',
  cport: '%>p',
  proxy: '%>la',
  pport: '%>lp',
  status: '%Ss/%03>Hs',
  sent: '%>st',
  received: '%<st',
  method: '%rm',
  url: '%ru',
  user: '%un',
  peer: '%Sh/%<a',
  sni: '%ssl::>sni',
} as const;

/** What to put into squid.conf. */
export const ownFormat = `logformat weir ${Object.entries(ownFields)
  .map(([name, code]) => `${name}=${code}`)
  .join(' ')}`;

const telling = ['ts', 'client', 'status', 'received', 'url'];

export function isOwnLine(text: string): boolean {
  return telling.every((name) => new RegExp(`(?:^| )${name}=[^ ]`).test(text));
}

/** SQL of one field of such a line; fields may stand in any order and be left out. */
export function ownField(text: string, name: keyof typeof ownFields): string {
  return `regexp_extract(${text}, '(?:^| )${name}=([^ ]*)', 1)`;
}

/** SQL: what is not known is written `-`. */
export function known(text: string): string {
  return `nullif(nullif(${text}, '-'), '')`;
}

/** The proxy that syslog names, or the collector's column. */
export function sensorOf(text: string, raw: RawColumns): string {
  const named = `CASE WHEN regexp_matches(${text}, '^(?:[<A-Z]|[0-9]{4}-)') THEN ${syslogHost(text)} END`;
  return `coalesce(${raw.text('Computer', 'HostName')}, ${named})`;
}
