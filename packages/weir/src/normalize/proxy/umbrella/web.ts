import { ignoredBy, type Mapping } from '../../mapping.ts';
import type { RawColumns } from '../../reading.ts';
import type { RowFormat } from '../../rows.ts';
import { anyTicks } from '../../sql/time.ts';
import type { HeadlessFormat } from '../headless.ts';
import { proxyMapping } from '../request.ts';
import { hasColumn, spellings, unknownSpellings, userOf } from './columns.ts';

export const proxyRows: RowFormat = {
  nameOf: (names) =>
    hasColumn(names, 'Verdict', 'Action') &&
    ['requestSize', 'responseSize', 'URL', 'External IP'].every((name) => hasColumn(names, name, aliases[name] ?? name))
      ? 'umbrella proxy'
      : undefined,
  unknown: unknownSpellings,
  mapping,
};

/** What newer exports call columns. */
const aliases: Readonly<Record<string, string>> = {
  requestSize: 'Request Size',
  responseSize: 'Response Size',
  'External IP': 'External Client IP',
};

/** The order of all versions of Cisco's export; what stands behind differs from version to version. */
export const proxyCsv: HeadlessFormat = {
  name: 'umbrella proxy',
  columns: [
    ...['Timestamp', 'Policy Identity', 'Internal IP', 'External IP', 'Destination IP', 'Content Type', 'Verdict'],
    ...['URL', 'Referer', 'userAgent', 'statusCode', 'requestSize', 'responseSize', 'responseBodySize', 'SHA-SHA256'],
    ...['Categories', 'AVDetections', 'PUAs', 'AMP Disposition', 'AMP Malware Name', 'AMP Score'],
  ],
  added: ['Policy Identity Type'],
  is: (cells) =>
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/.test(cells[0] ?? '') &&
    /^(allowed|blocked|proxied)$/i.test(cells[6] ?? '') &&
    cells.slice(10, 14).every((cell) => /^\d*$/.test(cell)),
  mapping,
};

/** Umbrella's times are UTC, and of the request. Exports hold the same record several times over, to the letter. */
function mapping(raw: RawColumns): Mapping {
  const column = (...names: string[]): string => raw.text(...spellings(...names));
  const time = column('Timestamp');
  const [verdict, status] = [column('Verdict', 'Action'), column('statusCode', 'Status Code')];
  const identity = column('Policy Identity', 'Policy Identity Label', 'Identities');
  return proxyMapping(
    {
      word: 'umbrella',
      stage: { event_type: `coalesce(${column('EventType')}, 'proxylogs')` },
      rules: [
        [`event_type <> 'proxylogs'`, ignoredBy(`'Weir does not use Umbrella ' || left(event_type, 60) || ' here'`)],
      ],
    },
    raw,
    {
      time,
      ticks: anyTicks(time),
      timeIsEnd: false,
      client: `coalesce(${column('Internal IP', 'Internal Client IP')}, ${column('External IP', 'External Client IP')})`,
      account: userOf(raw, identity, column('Policy Identity Type', 'Identity Type')),
      target: column('URL'),
      peer: column('Destination IP'),
      sent: column('requestSize', 'Request Size'),
      received: column('responseSize', 'Response Size'),
      state: `concat_ws('/', ${verdict}, ${status})`,
      refused: `upper(${verdict}) = 'BLOCKED'`,
      answered: `upper(${verdict}) <> 'BLOCKED' AND TRY_CAST(${status} AS INTEGER) BETWEEN 100 AND 499`,
      telling: [
        ...[identity, column('External IP'), column('userAgent'), column('Referer'), column('Content Type')],
        ...[column('responseBodySize'), column('SHA-SHA256'), column('Request Method')],
      ],
    },
  );
}
