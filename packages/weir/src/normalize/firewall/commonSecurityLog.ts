import type { Format } from '../format.ts';
import { type Mapping, otherForm, rejected } from '../mapping.ts';
import type { RawColumns } from '../reading.ts';
import { recogniseRows } from '../rows.ts';
import { connectionMapping } from '../session/mapping.ts';
import { PairValues, pairsBySemicolons } from '../session/pairs.ts';
import { whatFirewallsTell } from '../session/tells.ts';
import { unknownWords } from '../session/words.ts';
import { cefConnection } from './fields.ts';
import { fortinetSpelling } from './fortinetKeys.ts';

/** CEF as Sentinel keeps it: a column for each key of CEF's dictionary, and the others in AdditionalExtensions. */
export const commonSecurityLog: Format = {
  id: 'commonsecuritylog',
  title: 'CommonSecurityLog of Log Analytics: CEF of firewalls and proxies as columns (CSV, JSON, Parquet)',
  gives: [...whatFirewallsTell, 'bytes in both directions as the product counts them'],
  lacks: ['process', 'host names where the product has none'],
  recognise: (sample) =>
    recogniseRows(sample, {
      nameOf: (names) => (isCommonSecurityLog(names) ? 'commonsecuritylog' : undefined),
      mapping: commonSecurityLogMapping,
      unknown: unknownWords,
    }),
};

function isCommonSecurityLog(names: readonly string[]): boolean {
  const has = (...columns: string[]): boolean => columns.every((column) => names.includes(column));
  return has('DeviceVendor', 'DeviceProduct') && telling.filter((column) => names.includes(column)).length >= 2;
}

const telling = ['DeviceEventClassID', 'AdditionalExtensions', 'ReceiptTime', 'SourceIP', 'DestinationIP', 'Activity'];

/** The columns that Log Analytics has for CEF's keys. */
const columnsOf: Readonly<Record<string, readonly string[]>> = {
  act: ['DeviceAction', 'SimplifiedDeviceAction'],
  app: ['ApplicationProtocol'],
  c6a2: ['DeviceCustomIPv6Address2'],
  c6a3: ['DeviceCustomIPv6Address3'],
  cat: ['DeviceEventCategory'],
  cn1: ['DeviceCustomNumber1', 'FieldDeviceCustomNumber1'],
  cn1Label: ['DeviceCustomNumber1Label'],
  cn2: ['DeviceCustomNumber2', 'FieldDeviceCustomNumber2'],
  cn2Label: ['DeviceCustomNumber2Label'],
  cn3: ['DeviceCustomNumber3', 'FieldDeviceCustomNumber3'],
  cn3Label: ['DeviceCustomNumber3Label'],
  destinationTranslatedAddress: ['DestinationTranslatedAddress'],
  deviceDirection: ['CommunicationDirection'],
  deviceExternalId: ['DeviceExternalID'],
  dhost: ['DestinationHostName'],
  dpt: ['DestinationPort'],
  dst: ['DestinationIP'],
  dtz: ['DeviceTimeZone'],
  duser: ['DestinationUserName'],
  dvc: ['DeviceAddress'],
  dvchost: ['DeviceName', 'Computer'],
  end: ['EndTime', 'EndTime [UTC]'],
  externalId: ['ExternalID', 'ExtID'],
  in: ['ReceivedBytes'],
  out: ['SentBytes'],
  proto: ['Protocol'],
  request: ['RequestURL'],
  rt: ['ReceiptTime'],
  spt: ['SourcePort'],
  src: ['SourceIP'],
  start: ['StartTime', 'StartTime [UTC]'],
  suser: ['SourceUserName'],
};

/** Log Analytics fills these with 1970-01-01 where the event has them not. */
const times = ['start', 'end'];

function unlessEmptyTime(text: string): string {
  return `CASE WHEN NOT regexp_matches(${text}, '^(1970-01-01|0?1/0?1/1970)') THEN ${text} END`;
}

function commonSecurityLogMapping(raw: RawColumns): Mapping {
  const values = new PairValues(pairsBySemicolons('weir_extension'));
  const cells: Record<string, string> = {};
  const value = (key: string): string => {
    const columns = columnsOf[key];
    if (!columns) return values.value(key);
    const column = times.includes(key) ? unlessEmptyTime(raw.text(...columns)) : raw.text(...columns);
    cells[`weir_cell_${key}`] = `coalesce(${column}, ${values.value(key)})`;
    return `weir_cell_${key}`;
  };
  const given = cefConnection({
    vendor: `coalesce(${raw.text('DeviceVendor')}, '')`,
    product: `coalesce(${raw.text('DeviceProduct')}, '')`,
    eventClass: `coalesce(${raw.text('DeviceEventClassID')}, '')`,
    name: `coalesce(${raw.text('Activity')}, '')`,
    value: (...keys) => (keys.length === 1 ? keys.map(value).join() : `coalesce(${keys.map(value).join(', ')})`),
    received: raw.text('TimeGenerated', 'TimeGenerated [UTC]'),
    verbatim: false,
  });
  const unused = `CASE WHEN coalesce(${raw.text('DeviceVendor')}, ${raw.text('DeviceProduct')}) IS NULL THEN ${rejected(otherForm)} ELSE ${given.unused} END`;
  const mapping = connectionMapping({ ...given, unused });
  return {
    ...mapping,
    pieces: [
      { weir_extension: fortinetSpelling(raw.text('DeviceVendor'), raw.text('AdditionalExtensions'), ';') },
      ...values.pieces,
      cells,
      ...mapping.pieces,
    ],
  };
}
