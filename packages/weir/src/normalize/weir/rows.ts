import type { Column } from '@weir/kql/types';
import {
  deviceFileEvents,
  deviceNetworkEvents,
  deviceProcessEvents,
  dnsEvents,
  networkFlows,
  type Table,
} from '../../tables/index.ts';
import { hasDefenderColumns, typedColumn, unknownSpellings } from '../defender/columns.ts';
import type { Format } from '../format.ts';
import { firstVerdict, type Mapping, otherForm, rejected } from '../mapping.ts';
import { numberedAmongEquals, type RawColumns } from '../reading.ts';
import { inner, recogniseRows, wrappers } from '../rows.ts';
import { normalAddress } from '../sql/address.ts';
import { urlHost } from '../sql/host.ts';

/** Rows of Weir's own public tables, as `weir query` and the lake's segments have them. They come in finished: nothing
 *  is fused with them. */
export const weirRows: Format = {
  id: 'weir',
  title: "Rows of Weir's own tables (Parquet, NDJSON, CSV)",
  gives: ['process, account, device, bytes and host names as far as the rows have them'],
  lacks: [],
  recognise: (sample) => {
    const names = sample.columns?.keys() ?? sample.header?.names ?? sample.objects.flatMap(namesOf);
    const known = tableOf([...names]);
    if (!known) return undefined;
    const { table } = known;
    return recogniseRows(sample, {
      nameOf: (own) => (tableOf(own)?.table === table ? `weir ${table.name}` : undefined),
      mapping: (raw) => weirMapping(raw, table),
      unknown: unknownSpellings,
      tablesOf: () => [table],
    });
  },
};

/** The names of a record, and of those that a collector put into it. */
function namesOf(object: object): string[] {
  return [object, ...wrappers.flatMap((wrapper) => inner(object, wrapper))].flatMap(Object.keys);
}

/** Columns that only Weir's tables have, each of which tells its table. */
const telling: readonly (readonly [table: Table, names: readonly string[], least: number])[] = [
  [networkFlows, ['FlowStart', 'FlowEnd', 'Direction', 'BytesSource', 'Outcome', 'AppProtocol'], 3],
  [dnsEvents, ['QueryName', 'ClientIP', 'ResponseCode', 'Answers', 'ServerIP'], 3],
  [deviceNetworkEvents, ['Fusion', 'EvidenceTime', 'BytesSent', 'BytesReceived', 'RemoteHost', 'EndpointEventId'], 1],
  [deviceProcessEvents, ['EventId'], 1],
];

/** A row with one of them is a connection, however much of a flow it tells. */
const ofConnections: ReadonlySet<string> = new Set(deviceNetworkEvents.stored.map(({ name }) => name)).difference(
  new Set(networkFlows.stored.map(({ name }) => name)),
);

/** Columns of which every row of its table has one. */
const anyOf = new Set(['LocalIP', 'RemoteIP', 'RemoteUrl', 'RemoteHost', 'QueryName', 'ActionType', 'FileName']);

function tableOf(names: readonly string[]): { table: Table } | undefined {
  if (!names.some((name) => name === 'Timestamp' || name === 'TimeGenerated')) return undefined;
  const isDefender = hasDefenderColumns(names);
  const isFlow = !names.some((name) => ofConnections.has(name));
  const found = telling.find(
    ([table, own, least]) =>
      own.filter((name) => names.includes(name)).length >= least && (table !== networkFlows || isFlow),
  );
  if (!found) return undefined;
  const [table] = found;
  if (table === deviceProcessEvents) {
    if (isDefender && names.includes('ProcessCommandLine')) return { table };
    return isDefender && names.includes('FolderPath') ? { table: deviceFileEvents } : undefined;
  }
  const connects = ['RemoteIP', 'RemoteUrl', 'RemoteHost'].some((name) => names.includes(name));
  if (table === deviceNetworkEvents)
    return connects && (isDefender || names.includes('Fusion')) ? { table } : undefined;
  return { table };
}

function weirMapping(raw: RawColumns, table: Table): Mapping {
  const typed = (column: Column): string =>
    column.type === 'datetime' ? storedTicks(raw, column.name) : typedColumn(raw, column);
  const stage: Record<string, string> = Object.fromEntries(table.stored.map((column) => [column.name, typed(column)]));
  const time = raw.text('Timestamp', 'TimeGenerated');
  stage.time_text = time;
  stage.Timestamp = `coalesce(${storedTicks(raw, 'Timestamp')}, ${storedTicks(raw, 'TimeGenerated')})`;
  const addresses = table.stored
    .map(({ name }) => name)
    .filter((name) => /^(Local|Remote|Client|Server)IP$/.test(name));
  for (const name of addresses) stage[name] = `coalesce(${normalAddress(raw.text(name))}, '')`;
  const counters = ['BytesSent', 'BytesReceived'];
  const odd = counters.map((name) => {
    const text = raw.text(name);
    return `(${text} IS NOT NULL AND coalesce(TRY_CAST(${text} AS BIGINT), -1) < 0)`;
  });
  stage.odd_counter = odd.join(' OR ');
  const own = Object.keys(stage).filter((name) => anyOf.has(name));
  stage.of_table = `coalesce(${own.map((name) => raw.text(name)).join(', ')}) IS NOT NULL`;
  stage.url_host = urlHost(raw.text('RemoteUrl'));
  const columns = Object.fromEntries(table.stored.map(({ name }) => [name, `"${name}"`]));
  const given = { ...columns, ...(table === deviceNetworkEvents ? finished : {}) };
  return {
    stage,
    verdict: firstVerdict([
      ['NOT of_table', rejected(otherForm)],
      ['time_text IS NULL', rejected('the time (Timestamp) is missing')],
      ['"Timestamp" IS NULL', rejected('the time (Timestamp) cannot be read')],
      ['odd_counter', rejected('a byte counter is not a number from 0')],
    ]),
    outputs: [
      { table, columns: given, where: `"EventId" <> ''` },
      {
        table,
        columns: { ...given, EventId: "'row:' || content || '#' || ordinal" },
        where: `"EventId" = ''`,
        from: (records) => numberedAmongEquals(records, Object.keys(stage)),
      },
    ],
  };
}

/** What a finished row must have for rules to see it, where a row that somebody made leaves it out. */
const finished = {
  EvidenceTime: 'coalesce("EvidenceTime", "FlowEnd", "Timestamp")',
  ArrivedAt: 'coalesce("ArrivedAt", "EvidenceTime", "FlowEnd", "Timestamp")',
  RemoteHost: `coalesce(nullif("RemoteHost", ''), url_host)`,
  RemoteHostSource: `CASE WHEN "RemoteHost" = '' AND url_host IS NOT NULL THEN 'endpoint' ELSE "RemoteHostSource" END`,
  AccountName: `coalesce(nullif("AccountName", ''), "InitiatingProcessAccountName")`,
};

/** Ticks of a time as text in any of its forms, or as the ticks that segments hold: of the years 1 to 9999. */
function storedTicks(raw: RawColumns, name: string): string {
  const text = raw.text(name);
  const ticks = `TRY_CAST(${text} AS BIGINT)`;
  return `CASE WHEN ${ticks} IS NOT NULL THEN CASE WHEN ${ticks} BETWEEN 0 AND 3155378975999999999 THEN ${ticks} END ELSE ${typedColumn(raw, { name, type: 'datetime' })} END`;
}
