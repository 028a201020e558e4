import {
  deviceFileEvents,
  deviceNetworkEvents,
  deviceProcessEvents,
  endpointConnections,
  type Table,
} from '../../tables/index.ts';
import { firstVerdict, ignored, ignoredBy, type Mapping, type Output, otherForm, rejected } from '../mapping.ts';
import { numberedAmongEquals, type RawColumns } from '../reading.ts';
import { normalAddress } from '../sql/address.ts';
import { urlHost } from '../sql/host.ts';
import { anyTicks } from '../sql/time.ts';
import { reportIdNames, timeNames, typedColumn } from './columns.ts';
import { inspectedOutputs } from './inspected.ts';
import { asked, queryOutputs } from './queries.ts';

/** Actions of DeviceNetworkEvents: every `Connection…` and `…Inspected` one, and the few that are named otherwise. */
const networkAction = `(starts_with(action, 'Connection') OR ends_with(action, 'Inspected')
  OR action IN ('InboundConnectionAccepted', 'InboundConnectionAttempt', 'ListeningConnectionCreated'))`;
const processAction = "action IN ('ProcessCreated', 'OpenProcess')";
const fileAction = "action IN ('FileCreated', 'FileModified', 'FileRenamed', 'FileDeleted')";

/** The tables of custom data collection have the columns and actions of those that they are named after. */
const own = (table: string): string =>
  `regexp_replace(${table}, '^DeviceCustom(Network|Process|File)Events$', 'Device\\1Events')`;

/** What Weir adds: of the table of connections. */
const weirColumns = new Set(
  deviceNetworkEvents.stored
    .map(({ name }) => name)
    .slice(deviceNetworkEvents.stored.findIndex(({ name }) => name === 'AccountName')),
);

/** Of the tables of processes and files. */
const rowColumns = new Set(['Site', 'EventId', 'OtherEndpointEventIds']);

/** SQL of the table that a row says it is of. */
export function tableOfRow(raw: RawColumns): string {
  return raw.text('Type', 'TableName', 'SourceTable');
}

/** SQL of the table that a streamed record's category names: `AdvancedHunting-DeviceNetworkEvents`. */
export function tableOfCategory(raw: RawColumns): string {
  return `replace(${raw.text('category')}, 'AdvancedHunting-', '')`;
}

/** The device tables, as Microsoft has them, that rows with these names may be of: where columns are left out, processes
 *  and files are hard to tell apart. */
export function deviceTables(names: readonly string[]): Table[] {
  const given = new Set(names);
  const without = (table: Table, others: ReadonlySet<string>): Table => ({
    ...table,
    stored: table.stored.filter(({ name }) => !others.has(name)),
  });
  const only = (table: Table, other: Table): boolean =>
    table.stored.some(({ name }) => given.has(name) && !other.stored.some((column) => column.name === name));
  const tables: Table[] = [];
  const isNetwork = ['RemoteIP', 'RemotePort', 'RemoteUrl', 'LocalIP', 'LocalPort'].some((name) => given.has(name));
  if (isNetwork) tables.push(without(deviceNetworkEvents, weirColumns));
  const isProcess = only(deviceProcessEvents, deviceFileEvents);
  const isFile = only(deviceFileEvents, deviceProcessEvents);
  const neither = !isNetwork && !isProcess && !isFile;
  if (isProcess || neither) tables.push(without(deviceProcessEvents, rowColumns));
  if (isFile || neither) tables.push(without(deviceFileEvents, rowColumns));
  return tables;
}

/** Microsoft's device tables, also mixed in one file: each record to the table that is named (SQL over `raw`), else to
 *  the one that its action is of. The names of the first records tell which table most records are of. `teller` is the first
 *  word of the rows' ids: what another export has of the same events is another's, and fusion makes one of both. */
export function defenderMapping(raw: RawColumns, named: string, names: readonly string[], teller = 'mde'): Mapping {
  const network = deviceNetworkEvents.stored.filter(({ name }) => !weirColumns.has(name));
  const process = deviceProcessEvents.stored.filter(({ name }) => !rowColumns.has(name));
  const file = deviceFileEvents.stored.filter(({ name }) => !rowColumns.has(name));
  const columns = new Map([...network, ...process, ...file].map((column) => [column.name, column]));
  const time = raw.text(...timeNames);
  const stage: Record<string, string> = {};
  for (const column of columns.values()) stage[column.name] = typedColumn(raw, column);
  Object.assign(stage, {
    time_text: time,
    Timestamp: anyTicks(time),
    action: `coalesce(${raw.text('ActionType')}, '')`,
    named: `coalesce(${own(named)}, '')`,
    ReportId: `TRY_CAST(${raw.text(...reportIdNames)} AS BIGINT)`,
    LocalIP: `coalesce(${normalAddress(raw.text('LocalIP'))}, '')`,
    RemoteIP: `coalesce(${normalAddress(raw.text('RemoteIP'))}, '')`,
    remote_host: urlHost(raw.text('RemoteUrl')),
  });
  // Of DeviceEvents one action is of use: what a process asked DNS and was answered.
  const table = `CASE WHEN action = 'DnsQueryResponse' AND named IN ('', 'DeviceEvents') THEN 'DnsQueryResponse' WHEN named <> '' THEN named
    WHEN ${networkAction} THEN 'DeviceNetworkEvents' WHEN ${processAction} THEN 'DeviceProcessEvents' WHEN ${fileAction} THEN 'DeviceFileEvents' ELSE '' END`;
  const given = (names: readonly { name: string }[]): Record<string, string> =>
    Object.fromEntries(names.map(({ name }) => [name, `"${name}"`]));
  stage.Protocol = `coalesce(${raw.verbatim('Protocol')}, '')`;
  const id = (report: string): string =>
    `'${teller}:' || md5(concat_ws('|', lower(coalesce(nullif("DeviceName", ''), "DeviceId")), "Timestamp", ${report}, action))`;
  const keyed = `("DeviceName" <> '' OR "DeviceId" <> '') AND "ReportId" IS NOT NULL`;
  const connections = {
    ...given(network),
    AccountName: '"InitiatingProcessAccountName"',
    RemoteHost: 'remote_host',
    RemoteHostSource: "CASE WHEN remote_host IS NOT NULL THEN 'endpoint' END",
  };
  const tableIs = (name: string): string => `of_table = '${name}'`;
  const outputsOf = (table: Output['table'], name: string, columns: Record<string, string>): Output[] => [
    { table, columns: { ...columns, EventId: id('"ReportId"') }, where: `${tableIs(name)} AND ${keyed}` },
    {
      table,
      columns: { ...columns, EventId: id("'#' || content || '#' || ordinal") },
      where: `${tableIs(name)} AND NOT (${keyed})`,
      from: (records) => numberedAmongEquals(records, Object.keys(stage)),
    },
  ];
  const ofConnections = outputsOf(endpointConnections, 'DeviceNetworkEvents', connections);
  const ofProcesses = outputsOf(deviceProcessEvents, 'DeviceProcessEvents', given(process));
  const ofFiles = outputsOf(deviceFileEvents, 'DeviceFileEvents', given(file));
  const networkOutputs = [...ofConnections, ...inspectedOutputs];
  const others = names.includes('ProcessCommandLine') ? [...ofProcesses, ...ofFiles] : [...ofFiles, ...ofProcesses];
  return {
    stage,
    facts: { of_table: table },
    verdict: firstVerdict([
      [
        `${table} NOT IN ('DeviceNetworkEvents', 'DeviceProcessEvents', 'DeviceFileEvents', 'DnsQueryResponse') AND named <> ''`,
        ignoredBy(`'Weir does not use the table ' || left(named, 60)`),
      ],
      [`${table} = ''  AND action <> ''`, ignoredBy(`'Weir does not use the action ' || left(action, 60)`)],
      [`${table} = '' AND time_text IS NOT NULL`, ignored('rows without an action or a table that Weir uses')],
      [`${table} = ''`, rejected(otherForm)],
      ['time_text IS NULL', rejected('the time (Timestamp or TimeGenerated) is missing')],
      [
        `"Timestamp" IS NULL AND regexp_full_match(time_text, '[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4},? [0-9]{1,2}:[0-9]{2}(:[0-9]{2})?')`,
        rejected(savedAgain),
      ],
      [`"Timestamp" IS NULL AND regexp_matches(time_text, '^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}')`, rejected(ofNoPortal)],
      ['"Timestamp" IS NULL', rejected('the time (Timestamp or TimeGenerated) cannot be read')],
      [
        `action = 'DnsQueryResponse' AND ${asked} IS NULL`,
        ignored('DNS messages without a question tell Weir nothing'),
      ],
    ]),
    outputs: names.includes('RemoteIP')
      ? [...networkOutputs, ...others, ...queryOutputs]
      : [...others, ...networkOutputs, ...queryOutputs],
  };
}

/** Which of two numbers is the month depends on whose Excel it was, and seconds may be gone. */
const savedAgain =
  'the time (Timestamp or TimeGenerated) is written as Excel writes it (11/20/2026 01:00), where day and month cannot ' +
  'be told apart and seconds may be lost; export it again and give Weir the file unopened (times as 2026-11-20T01:00:02Z or Nov 20, 2026 1:00:02 AM are read)';

/** Why a time is rejected, or a file refused, whose days and months cannot be told apart. */
export const ofNoPortal =
  'the time (Timestamp or TimeGenerated) is written as no portal writes it: month first with AM or PM (10/28/2026, 9:43:12 PM), ' +
  'else day first (28/10/2026, 9:43:12 pm or 21:43:12); other times of its file may have the day where Weir takes the month: ' +
  'set the portal to English (United States) and export again, or export as JSON';
