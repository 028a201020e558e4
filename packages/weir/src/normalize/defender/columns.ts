import type { Column } from '@weir/kql/types';
import type { RawColumns } from '../reading.ts';
import { anyTicks } from '../sql/time.ts';

/** SQL that reads one of Microsoft's columns from text by its type. Strings stay as recorded; what means unknown there
 *  is an empty string. */
export function typedColumn(raw: RawColumns, { name, type }: Column): string {
  switch (type) {
    case 'string':
      return `coalesce(${raw.verbatim(name)}, '')`;
    case 'int':
      return `TRY_CAST(${raw.text(name)} AS INTEGER)`;
    case 'long':
      return `TRY_CAST(${raw.text(name)} AS BIGINT)`;
    case 'real':
      return `TRY_CAST(${raw.text(name)} AS DOUBLE)`;
    case 'bool':
      return `TRY_CAST(${raw.text(name)} AS BOOLEAN)`;
    case 'datetime':
      return anyTicks(raw.text(name, `${name} [UTC]`));
    case 'dynamic':
      return dynamic(raw.text(name));
    default:
      throw new Error(`No Defender column has the type ${type}.`);
  }
}

/** JSON of a column that comes as JSON, as JSON text once or twice over, as plain text, as empty text or not at all. */
export function dynamic(text: string): string {
  const parsed = `TRY_CAST(${text} AS JSON)`;
  const unwrapped = `CASE WHEN json_type(${parsed}) = 'VARCHAR' THEN coalesce(TRY_CAST((${parsed} ->> '$') AS JSON), ${parsed}) ELSE ${parsed} END`;
  return `CASE WHEN ${text} = '{}' THEN '{}'::JSON WHEN ${text} <> 'null' THEN coalesce(${unwrapped}, to_json(${text})) END`;
}

/** What Defender's device events give, in whatever form they come. */
export const whatEndpointsTell: readonly string[] = [
  'process',
  'account',
  'device',
  'host names that the endpoint or its network inspection saw',
  'DNS answers (inspected connections, DnsQueryResponse)',
  'created, changed and deleted files',
  'sizes of clear-text HTTP bodies',
];

/** The event's own time in either flavour. */
export const timeNames = ['Timestamp', 'TimeGenerated', 'TimeGenerated [UTC]', 'Timestamp [UTC]'] as const;

/** ReportId, also as `union` of tables splits it. */
export const reportIdNames = ['ReportId', 'ReportId_long', 'ReportId_string'] as const;

/** Spellings of unknown in columns that are not text; the JSON null is another, and so is an absent column. */
export const unknownSpellings: readonly string[] = ['', '-', 'null'];

/** Columns of which a table of Microsoft's device events has several. */
const telling = new Set([
  'ActionType',
  'DeviceName',
  'DeviceId',
  'InitiatingProcessFileName',
  'AdditionalFields',
  ...reportIdNames,
]);

export function hasDefenderColumns(names: readonly string[]): boolean {
  const timed = names.some((name) => timeNames.some((time) => time === name));
  const tells = names.filter((name) => telling.has(name)).length;
  return timed && (names.includes('ActionType') ? tells >= 2 : tells >= 3);
}

/** What a part of one of Microsoft's tables lacks, as hunting queries that project few columns give. Without an action it
 *  is not known whether a connection was made or failed. */
export function lackedOfDefender(names: readonly string[]): { of: string; columns: readonly string[] } | undefined {
  const has = (...any: readonly string[]): boolean => any.some((name) => names.includes(name));
  if (!names.some((name) => name.startsWith('InitiatingProcess')) || !has('DeviceName', 'DeviceId')) return undefined;
  const table = has('RemoteIP', 'RemoteUrl')
    ? { of: 'DeviceNetworkEvents', columns: ['RemoteIP', 'RemotePort'] }
    : has('ProcessCommandLine')
      ? { of: 'DeviceProcessEvents', columns: ['FileName', 'ProcessId'] }
      : undefined;
  if (table === undefined) return undefined;
  const columns = [
    ...(has(...timeNames) ? [] : ['Timestamp']),
    ...['ActionType', ...table.columns].filter((name) => !has(name)),
  ];
  return columns.length === 0 ? undefined : { of: `Defender's ${table.of}`, columns };
}
