import { ignored } from '../mapping.ts';
import type { RawColumns } from '../reading.ts';
import { type EventFields, listedData, xmlData } from './fields.ts';
import type { Verdicts } from './mapping.ts';

/** A form of Windows events as rows: where each field stands. */
interface EventForm {
  readonly is: (names: readonly string[]) => boolean;
  readonly fields: (raw: RawColumns, names: readonly string[]) => EventFields;
  /** Verdicts before those that all events have. */
  readonly preliminary?: Verdicts;
}

/** The form of records with these names; undefined where they are no Windows events. */
export function formOf(names: readonly string[]): EventForm | undefined {
  return forms.find(({ is }) => is(names));
}

/** Collectors write their own local time there, or in whatever form their setting has. */
const untold = 'NULL::VARCHAR';

const has = (names: readonly string[], ...keys: string[]): boolean => keys.some((key) => names.includes(key));

/** EvtxECmd: the event's data as JSON text in `Payload`. */
const evtxECmd: EventForm = {
  is: (names) => ['EventId', 'Provider', 'Channel', 'Payload'].every((name) => names.includes(name)),
  fields: (raw) => {
    // A field without a value has no text: the lists are made element by element.
    const elements = raw.once(`json_extract(${raw.verbatim('Payload')}, '$.EventData.Data[*]')`);
    const each = (key: string): string =>
      raw.once(`list_transform(${elements}, lambda element: json_extract_string(element, '$."${key}"'))`);
    return {
      event: raw.text('EventId'),
      provider: raw.text('Provider'),
      channel: raw.text('Channel'),
      computer: raw.text('Computer'),
      record: raw.text('EventRecordId'),
      written: untold,
      data: listedData(raw, each('@Name'), each('#text')),
    };
  },
};

/** Rows whose columns are the fields of the event, of its data too, or have that as JSON, XML or the message that Windows
 *  shows. */
const flat: EventForm = {
  is: (names) =>
    has(names, 'EventID') &&
    has(names, 'Channel', 'SourceName', 'ProviderGuid', 'Provider', 'ProviderName', 'EventLog'),
  fields: (raw, names) => ({
    event: raw.text('EventID'),
    provider: raw.text('SourceName', 'Provider', 'ProviderName', 'Source'),
    channel: raw.text('Channel', 'EventLog'),
    computer: raw.text('Computer', 'Hostname', 'ComputerName'),
    record: raw.text('RecordNumber', names.includes('EventRecordId') ? 'EventRecordId' : 'EventRecordID'),
    written: untold,
    data: flatData(raw, names),
  }),
};

function flatData(raw: RawColumns, names: readonly string[]): EventFields['data'] {
  if (names.includes('EventData')) {
    const xml = xmlData(raw, raw.verbatim('EventData'));
    return (name) => `coalesce(${raw.member('EventData', name)}, ${xml(name)})`;
  }
  if (names.includes('UtcTime') || !names.includes('Message')) return (name) => raw.text(name);
  const line = (group: number): string =>
    raw.once(`regexp_extract_all(${raw.verbatim('Message')}, '(?m)^([A-Za-z]+): ?([^\\r\\n]*)', ${group})`);
  return listedData(raw, line(1), line(2));
}

/** `{"Event":{"System":…,"EventData":…}}` alone, as evtx_dump and others write it. */
const dumped: EventForm = {
  is: (names) =>
    names.includes('Event') &&
    names.every((name) => ['Event', 'Event_attributes', 'event_record_id', 'timestamp'].includes(name)),
  fields: (raw) => {
    const system = (...paths: string[]): string => raw.member('Event', ...paths.map((path) => `System.${path}`));
    return {
      event: system('EventID.#text', 'EventID.Value', 'EventID'),
      provider: system('Provider.#attributes.Name', 'Provider.@Name', 'Provider_attributes.Name', 'Provider.Name'),
      channel: system('Channel'),
      computer: system('Computer'),
      record: system('EventRecordID'),
      written: system(
        'TimeCreated.#attributes.SystemTime',
        'TimeCreated.@SystemTime',
        'TimeCreated_attributes.SystemTime',
        'TimeCreated.SystemTime',
      ),
      data: (name) => raw.member('Event', `EventData.${name}`),
    };
  },
};

/** Velociraptor: `System` and `EventData` beside each other. */
const parted: EventForm = {
  is: (names) => names.includes('System') && names.includes('EventData'),
  fields: (raw) => {
    const system = (...paths: string[]): string => raw.member('System', ...paths);
    return {
      event: system('EventID.Value', 'EventID'),
      provider: system('Provider.Name'),
      channel: system('Channel'),
      computer: system('Computer'),
      record: system('EventRecordID'),
      written: untold,
      data: (name) => raw.member('EventData', name),
    };
  },
};

/** Wazuh: names begin small, and every backslash is doubled. */
const wazuh: EventForm = {
  is: (names) => ['decoder', 'manager', 'data'].every((name) => names.includes(name)),
  fields: (raw) => {
    const system = (path: string): string => raw.member('data', `win.system.${path}`);
    return {
      event: system('eventID'),
      provider: system('providerName'),
      channel: system('channel'),
      computer: system('computer'),
      record: system('eventRecordID'),
      written: untold,
      data: (name) => {
        const own = raw.member('data', `win.eventdata.${name.charAt(0).toLowerCase()}${name.slice(1)}`);
        return raw.once(`replace(${own}, '\\\\', '\\')`);
      },
    };
  },
  preliminary: [['event IS NULL', ignored('Weir uses Windows events of Wazuh alone')]],
};

const forms: readonly EventForm[] = [evtxECmd, flat, dumped, parted, wazuh];
