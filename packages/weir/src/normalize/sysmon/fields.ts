import { sqlText } from '../../engine/sql.ts';
import type { RawColumns } from '../reading.ts';
import { unescaped } from '../sql/xml.ts';

/** A Windows event's fields, as SQL over a file's columns, wherever its form keeps them; null where unknown. */
export interface EventFields {
  readonly event: string;
  /** Who wrote it: the provider's name and the channel. */
  readonly provider: string;
  readonly channel: string;
  readonly computer: string;
  /** The number of the record in its log. */
  readonly record: string;
  /** When it was written, UTC, for events whose data name no time; `NULL` where a form's own time is not to be trusted. */
  readonly written: string;
  /** A field of its event data. */
  readonly data: (name: DataName) => string;
  /** A list of what a name was answered with, in order, or null: Sysmon's own text where absent. */
  readonly answers?: string;
}

export type DataName = (typeof dataNames)[number];

/** The fields of events 1, 3, 11 and 22 that Weir uses. */
export const dataNames = [
  'UtcTime',
  'ProcessGuid',
  'ProcessId',
  'Image',
  'User',
  'CommandLine',
  'ParentProcessGuid',
  'ParentProcessId',
  'ParentImage',
  'ParentCommandLine',
  'ParentUser',
  'Hashes',
  'OriginalFileName',
  'Company',
  'Product',
  'Description',
  'IntegrityLevel',
  'LogonId',
  'Protocol',
  'Initiated',
  'SourceIp',
  'SourcePort',
  'SourceHostname',
  'DestinationIp',
  'DestinationPort',
  'DestinationHostname',
  'TargetFilename',
  'QueryName',
  'QueryStatus',
  'QueryResults',
] as const;

/** The fields of `<Data Name="…">…</Data>` in an XML text, read in one go. */
export function xmlData(raw: RawColumns, xml: string): EventFields['data'] {
  const all = (group: number): string => `regexp_extract_all(${xml}, ${sqlText(dataElement)}, ${group})`;
  const names = raw.once(all(1));
  const values = raw.once(`list_transform(${all(2)}, lambda value: ${unescaped('value')})`);
  return listedData(raw, names, values);
}

/** The fields of a list of names and one of their values. */
export function listedData(raw: RawColumns, names: string, values: string): EventFields['data'] {
  return (name) => raw.textOf(`${values}[list_position(${names}, '${name}')]`);
}

const dataElement = `<Data Name=["']([^"']*)["']\\s*(?:/>|>([^<]*)</Data>)`;

/** The fields of an event as Windows renders it in XML. */
export function xmlFields(raw: RawColumns, xml: string): EventFields {
  const system = (pattern: string): string => raw.textOf(`regexp_extract(${xml}, ${sqlText(pattern)}, 1)`);
  return {
    event: system('<EventID[^>]*>\\s*([0-9]+)\\s*<'),
    provider: system(`<Provider [^>]*?Name=["']([^"']*)["']`),
    channel: system('<Channel>([^<]*)<'),
    computer: system('<Computer>([^<]*)<'),
    record: system('<EventRecordID>\\s*([0-9]+)\\s*<'),
    written: system(`<TimeCreated SystemTime=["']([^"']*)["']`),
    data: xmlData(raw, xml),
  };
}
