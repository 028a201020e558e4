import type { Format } from '../format.ts';
import type { RawColumns } from '../reading.ts';
import { recogniseRows } from '../rows.ts';
import { type EventFields, xmlData } from './fields.ts';
import { sysmonMapping } from './mapping.ts';

export const whatSysmonTells = [
  'process with command line, parent and hashes',
  'account',
  'device',
  'host names from the DNS answers that a device got',
  'created files',
];

/** Windows events as rows, Sysmon's among them. */
export const sysmonRows: Format = {
  id: 'sysmon',
  title: 'Sysmon events as rows: NXLog and WEC, Sentinel WindowsEvent and Event, evtx_dump (JSON, CSV, Parquet)',
  gives: whatSysmonTells,
  lacks: ['bytes'],
  recognise: (sample) =>
    recogniseRows(sample, {
      nameOf: (names) => (isWindowsEvent(names) || isDumped(names) ? 'sysmon' : undefined),
      mapping: (raw, names) => sysmonMapping(names.includes('EventID') ? rowFields(raw, names) : dumpedFields(raw)),
      unknown: ['', '-'],
    }),
};

function isWindowsEvent(names: readonly string[]): boolean {
  const has = (...keys: string[]): boolean => keys.some((key) => names.includes(key));
  return has('EventID') && has('Channel', 'SourceName', 'ProviderGuid', 'Provider', 'ProviderName', 'EventLog');
}

/** `{"Event":{"System":…,"EventData":…}}` alone. */
function isDumped(names: readonly string[]): boolean {
  return names.includes('Event') && names.every((name) => ['Event', 'event_record_id', 'timestamp'].includes(name));
}

/** Flattened rows have the event data's fields among their columns; Sentinel's have them as JSON or XML in one. */
function rowFields(raw: RawColumns, names: readonly string[]): EventFields {
  const nested = names.includes('EventData');
  const xml = xmlData(raw, raw.verbatim('EventData'));
  return {
    event: raw.text('EventID'),
    provider: raw.text('SourceName', 'Provider', 'ProviderName', 'Source'),
    channel: raw.text('Channel', 'EventLog'),
    computer: raw.text('Computer', 'Hostname', 'ComputerName'),
    record: raw.text('RecordNumber', names.includes('EventRecordId') ? 'EventRecordId' : 'EventRecordID'),
    // Collectors write their own local time there, marked as UTC.
    written: 'NULL::VARCHAR',
    data: (name) => (nested ? `coalesce(${raw.member('EventData', name)}, ${xml(name)})` : raw.text(name)),
  };
}

function dumpedFields(raw: RawColumns): EventFields {
  const system = (...paths: string[]): string => raw.member('Event', ...paths.map((path) => `System.${path}`));
  return {
    event: system('EventID.#text', 'EventID'),
    provider: system('Provider.#attributes.Name', 'Provider.@Name', 'Provider_attributes.Name'),
    channel: system('Channel'),
    computer: system('Computer'),
    record: system('EventRecordID'),
    written: system(
      'TimeCreated.#attributes.SystemTime',
      'TimeCreated.@SystemTime',
      'TimeCreated_attributes.SystemTime',
    ),
    data: (name) => raw.member('Event', `EventData.${name}`),
  };
}
