import { dnsEvents } from '../../../tables/index.ts';
import { firstVerdict, ignored, type Mapping, rejected } from '../../mapping.ts';
import type { RawColumns } from '../../reading.ts';
import type { RowFormat } from '../../rows.ts';
import { normalAddress } from '../../sql/address.ts';
import { bareHost } from '../../sql/host.ts';
import { anyTicks } from '../../sql/time.ts';
import type { HeadlessFormat } from '../headless.ts';
import { hasColumn, spellings, unknownSpellings } from './columns.ts';

/** The table of Log Analytics writes them without blanks. */
const columns = {
  type: ['Query Type', 'QueryType'],
  response: ['Response Code', 'ResponseCode'],
  domain: ['Domain'],
  outside: ['External IP', 'ExternalIp'],
} as const;

export const dnsRows: RowFormat = {
  nameOf: (names) =>
    Object.values(columns).every((spellings) => hasColumn(names, ...spellings)) ? 'umbrella dns' : undefined,
  unknown: unknownSpellings,
  mapping,
};

export const dnsCsv: HeadlessFormat = {
  name: 'umbrella dns',
  columns: [
    ...['Timestamp', 'Policy Identity', 'Identities', 'Internal IP', 'External IP', 'Action', 'Query Type'],
    ...['Response Code', 'Domain', 'Categories'],
  ],
  added: [],
  is: (cells) =>
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/.test(cells[0] ?? '') &&
    /^(allowed|blocked|proxied)$/i.test(cells[5] ?? '') &&
    /^\d+ \([A-Z0-9]+\)$/.test(cells[6] ?? ''),
  mapping,
};

/** What clients asked Umbrella's resolvers; the answers are not in the log. */
function mapping(raw: RawColumns): Mapping {
  const column = (...names: string[]): string => raw.text(...spellings(...names));
  const time = column('Timestamp');
  const type = column(...columns.type);
  return {
    stage: {
      time_text: time,
      ticks: anyTicks(time),
      client: normalAddress(`trim(coalesce(${column('Internal IP', 'InternalIp')}, ${column(...columns.outside)}))`),
      name: bareHost(`trim(${column(...columns.domain)})`),
      // `1 (A)`, or the name alone.
      type: `coalesce(nullif(regexp_extract(${type}, '\\(([A-Z0-9]+)\\)', 1), ''), ${type}, '')`,
      response: `coalesce(trim(${column(...columns.response)}), '')`,
      telling: `concat_ws('|', ${['NULL', column('Policy Identity'), column(...columns.outside), column('Action')].join(', ')})`,
    },
    verdict: firstVerdict([
      ['name IS NULL', ignored('DNS questions without a name tell Weir nothing')],
      ['time_text IS NULL', rejected('the time is missing')],
      ['ticks IS NULL', rejected('the time cannot be read')],
    ]),
    outputs: [
      {
        table: dnsEvents,
        columns: {
          Timestamp: 'ticks',
          ClientIP: `coalesce(client, '')`,
          QueryName: 'name',
          QueryType: 'type',
          ResponseCode: 'response',
          EventId: `'umbrella:' || md5(concat_ws('|', ticks, client, name, type, response, telling))`,
        },
      },
    ],
  };
}
